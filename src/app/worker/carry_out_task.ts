/** A task of a coordinator, carried out by an agent of a worker. */
import type { AgentPorts, RunObserver } from "../../agent/agent_ports.ts";
import { launchNew, launchRetry } from "../../agent/launch.ts";
import type { Lineage } from "../../agent/lineage.ts";
import { maskerOf } from "../../agent/masker_of.ts";
import { settledRun } from "../../agent/settled_run.ts";
import { resolveSnapshot } from "../../agent/snapshot.ts";
import type { Agent } from "../../agent/agent.ts";
import type { Config } from "../../config/config.ts";
import type { Dag } from "../../core/dag.ts";
import { DaguError } from "../../core/errors.ts";
import { parseParams } from "../../core/text/params_text.ts";
import { currentDir } from "../../platform/folders/current_dir.ts";
import { dirname } from "../../platform/files/path.ts";
import { endNow } from "../../platform/process/end_now.ts";
import { systemClock } from "../../platform/time/system_clock.ts";
import type { TaskRequest } from "../../ports/run_launcher.ts";
import type { Snapshot, StoredRun } from "../../ports/run_store.ts";
import { refuseSeenTo } from "../../services/remote_runs/pack_task.ts";
import { relocated } from "../../services/remote_runs/relocate.ts";
import type { AgentPart } from "../../services/remote_runs/run_part.ts";
import { streamedRuns, type StreamedRunsOptions } from "../../services/remote_runs/streamed_runs.ts";
import { DEFINITION_FOLDER } from "../../services/remote_runs/task_folder.ts";
import { snapshotFromJson } from "../../stores/file/json/dag_json.ts";
import { recordFromLine } from "../../stores/file/json/status_json.ts";
import type { AgentInbox } from "../agents/agent_inbox.ts";
import type { RunEnd } from "../app.ts";
import { carryOut } from "../runs/carry_out.ts";
import { openServices, type Services } from "../services.ts";
import { withinFolder } from "./task_config.ts";
import { TaskWords } from "./task_words.ts";

/** Of an agent that lost the right to its run. */
const LAPSED_EXIT_CODE = 75;
/** The history of a task's run is kept by who handed it in. */
const KEEP_ALL = -1;

type Task = TaskRequest["task"];

export async function carryOutTask(
  config: Config,
  { task, workerId, leasedAt, folder }: TaskRequest,
  observer: RunObserver,
  inbox: AgentInbox,
  tell: (part: AgentPart) => void,
): Promise<RunEnd> {
  const services = openServices(folder === "" ? config : withinFolder(config, folder));
  // The record stays as it is: whoever takes the run over finds its owner dead.
  const words = new TaskWords(systemClock, leasedAt, () => endNow(LAPSED_EXIT_CODE));
  // Of a run that is recorded elsewhere, that is asked there.
  const fromQueue = folder === "" && task.trigger === "queue";
  const { ports, close } = services.agent(workerId, { gate: words, fromQueue });
  inbox.onWord = (word) => words.take(word);
  const controlled: RunObserver = { ...observer, onAgent: (agent) => words.onAgent(agent) };
  try {
    const agent = folder === ""
      ? await openAgent(services, ports, task)
      : await openRemote(services, ports, task, { folder, tell, recorded: words.recorded });
    return await carryOut(services, agent, ports.socket, KEEP_ALL, controlled);
  } catch (error) {
    throw await masked(error, task.hidden);
  } finally {
    words.close();
    await close();
  }
}

/** What went wrong is told to others, and stands in their logs. */
async function masked(error: unknown, hidden: readonly string[]): Promise<unknown> {
  if (!(error instanceof DaguError)) return error;
  const masker = await maskerOf(hidden);
  return masker ? new DaguError(masker.text(error.message), { exitCode: error.exitCode }) : error;
}

async function openAgent(services: Services, ports: AgentPorts, task: Task): Promise<Agent> {
  const { run, root, parent } = task;
  const found = parent
    ? await services.runs.findChild(root, run.id)
    : await services.runs.find(run.name, run.id);
  // A child that is there was begun by an earlier attempt of its parent: what it had finished stays finished.
  if (found && (parent || task.operation === "retry")) return await retry(services, ports, task, found);
  if (task.operation === "retry") {
    throw new DaguError(
      `Cannot go on with the run "${run.id}" of "${run.name}": it is not in the history here`,
    );
  }
  const snapshot = await newSnapshot(services, ports, task);
  return await launchNew(snapshot, run.id, lineage(task, snapshot.dag), ports);
}

/** Definition and files came along; the history is that of who handed the task in. */
async function openRemote(
  services: Services,
  ports: AgentPorts,
  task: Task,
  { folder, ...told }: Pick<StreamedRunsOptions, "folder" | "tell" | "recorded">,
): Promise<Agent> {
  const files = `${folder}/${DEFINITION_FOLDER}`;
  const resolved = await newSnapshot(services, ports, { ...task, workingDir: task.workingDir || files });
  const snapshot = relocated(resolved, dirname(resolved.dag.location || `${files}/x`), files);
  const runs = streamedRuns({ ...told, local: services.runs, top: task.run, folder: files });
  const streamed = { ...ports, runs };
  const previous = task.previous === "" ? null : recordFromLine(task.previous);
  const place = lineage(task, snapshot.dag);
  if (!previous) return await launchNew(snapshot, task.run.id, place, streamed);
  const stored = { record: previous, dir: "", lease: null };
  return await launchRetry(stored, snapshot, task, place, streamed, parseParams(task.params));
}

async function retry(services: Services, ports: AgentPorts, task: Task, found: StoredRun): Promise<Agent> {
  refuseSeenTo(task, found.record);
  const stored = await settledRun(services.runs, found);
  const snapshot = task.snapshot === ""
    ? await services.runs.snapshotToRun(stored)
    : snapshotFromJson(task.snapshot);
  const place = lineage(task, snapshot.dag);
  return await launchRetry(stored, snapshot, task, place, ports, parseParams(task.params));
}

function lineage({ root, parent, depth, trigger, hidden }: Task, dag: Dag): Lineage {
  return { root, parent, locals: dag.localDags, depth, hidden, ...(parent ? {} : { trigger }) };
}

async function newSnapshot(services: Services, ports: AgentPorts, task: Task): Promise<Snapshot> {
  if (task.snapshot !== "") return snapshotFromJson(task.snapshot);
  const cwd = currentDir();
  const loaded = task.definition === ""
    ? await services.dags.load(task.run.name, { asSubDag: task.parent !== null })
    : await services.dags.read(task.definition, task.run.name, { asSubDag: task.parent !== null });
  return await resolveSnapshot({
    // The coordinator knows the run by this name.
    dag: { ...loaded, name: task.run.name },
    params: task.params === "" ? null : parseParams(task.params),
    defaultWorkingDir: task.workingDir,
    cwd: task.workingDir || cwd,
  }, ports);
}
