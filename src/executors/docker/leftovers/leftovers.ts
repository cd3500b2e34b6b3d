/** Containers that a run left behind because its agent was killed. */
import type { RunRef } from "../../../core/run.ts";
import {
  bootId,
  hostName,
  isSameProcess,
  ownPid,
  processStartTime,
} from "../../../platform/process/identity.ts";
import type { RunStore } from "../../../ports/run_store.ts";
import type { SandboxPool } from "../../sandbox/pool.ts";
import { askEngine } from "./ask_engine.ts";
import type { DockerWork, Engine, Found } from "../request.ts";

/** Which machine and which folder of data made a container. */
export const HOME_LABEL = "dagu.home";
const ROOT_NAME_LABEL = "dagu.root.name";
const ROOT_ID_LABEL = "dagu.root.id";
const TOKEN_LABEL = "dagu.token";
const OWNER_LABEL = "dagu.owner";

/** Milliseconds in which an engine has to tell what is there. */
const LIST_MS = 10_000;
/** Milliseconds in which an engine has to remove what is left. */
export const REMOVAL_MS = 60_000;

/** Where runs and their containers belong. */
export interface Home {
  readonly runs: RunStore;
  /** Folder of the runs' data. */
  readonly dataDir: string;
  /** The word of this agent, which stands in the leases of its runs; "" for one that runs nothing. */
  readonly token: string;
}

/** Who makes the containers of a run. */
export interface Owner extends Home {
  /** The run at the top. */
  readonly root: RunRef;
}

export function homeLabel({ dataDir }: Home): string {
  return `${hostName()}:${dataDir}`;
}

/** This process, in a form in which it is known after its end: boot, number, start. */
export function ownProcess(): string {
  const pid = ownPid();
  return `${bootId()} ${pid} ${processStartTime(pid)}`;
}

/** Labels by which a later run finds a container whose owner is dead. */
export function ownerLabels(owner: Owner): Record<string, string> {
  return {
    [HOME_LABEL]: homeLabel(owner),
    [ROOT_NAME_LABEL]: owner.root.name,
    [ROOT_ID_LABEL]: owner.root.id,
    [TOKEN_LABEL]: owner.token,
    [OWNER_LABEL]: ownProcess(),
  };
}

/** Removes what dead runs of a home left at an engine. @throws DaguError when that could not be done */
export async function removeLeftovers(engine: Engine, home: Home, pool: SandboxPool): Promise<void> {
  const ask = (work: DockerWork, limitMs: number) =>
    askEngine(pool, { engine, work, graceMs: 0 }, { limitMs });
  const label = `${HOME_LABEL}=${homeLabel(home)}`;
  const found = JSON.parse(await ask({ kind: "list", label }, LIST_MS)) as Found[];
  const ids = await leftBehind(found, home);
  if (ids.length > 0) await ask({ kind: "remove", ids }, REMOVAL_MS);
}

/** Those of the containers whose owner is dead. One that cannot be judged stays. */
export async function leftBehind(found: readonly Found[], home: Home): Promise<string[]> {
  const verdicts = new Map<string, Promise<boolean>>();
  const ids: string[] = [];
  for (const { id, labels } of found) {
    const token = labels[TOKEN_LABEL] ?? "";
    if (token === "" || token === home.token) continue;
    let verdict = verdicts.get(token);
    if (!verdict) verdicts.set(token, verdict = isDead(labels, token, home.runs));
    if (await verdict) ids.push(id);
  }
  return ids;
}

async function isDead(labels: Found["labels"], token: string, runs: RunStore): Promise<boolean> {
  if (ownerLives(labels[OWNER_LABEL] ?? "")) return false;
  const run = await runs.find(labels[ROOT_NAME_LABEL] ?? "", labels[ROOT_ID_LABEL] ?? "").catch(() => null);
  // Without its record, or with that of a later attempt, the process that is gone has to do.
  return run === null || run.lease?.token !== token || await runs.liveness(run) === "dead";
}

/** Whether the process of that boot still runs. A process of an agent may do more than one run. */
export function ownerLives(text: string): boolean {
  const [boot = "", pid = "", start = ""] = text.split(" ");
  return boot === bootId() && isSameProcess(Number(pid), start);
}
