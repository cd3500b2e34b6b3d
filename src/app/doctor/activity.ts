/** Who works in this home: schedulers and their lock, services, runs, queues. */
import type { Config } from "../../config/config.ts";
import { MANY_WAITING } from "../../core/queue_order.ts";
import { systemClock } from "../../platform/time/system_clock.ts";
import { fileRights } from "../../platform/files/file_rights.ts";
import { leaseDir } from "../../stores/file/layout.ts";
import { FileLeaseStore } from "../../stores/file/services/lease_store.ts";
import { FileRegistry } from "../../stores/file/services/registry.ts";
import { openStores } from "../stores.ts";
import { type Finding, Notes } from "./finding.ts";

const KINDS = ["scheduler", "coordinator", "worker"] as const;

export async function examineActivity(config: Config): Promise<Finding[]> {
  const notes = new Notes("activity");
  await examineLeadership(config, notes);
  examineServices(config, notes);
  await examineRuns(config, notes);
  await examineQueues(config, notes);
  return notes.found;
}

async function examineLeadership(config: Config, notes: Notes): Promise<void> {
  const folder = leaseDir(config.paths.dataDir);
  const leases = new FileLeaseStore(folder);
  const sign = await leases.newest();
  if (sign === null) return notes.add("ok", "No scheduler has worked here yet");
  const claim = `${folder}/epoch_${sign.epoch}.json`;
  if (sign.owner === null) {
    return notes.add(
      "warning",
      `The claim "${claim}" cannot be read`,
      "the next scheduler takes over by itself",
    );
  }
  const who = `process ${sign.owner.pid} of ${sign.owner.host}`;
  if (sign.released) notes.add("ok", `No scheduler acts; the last one, ${who}, ended in good order`);
  else if (leases.isGone(sign.owner)) {
    notes.add(
      "warning",
      `The scheduler that acted last, ${who}, is gone without an end`,
      "start one: dagu scheduler",
    );
  } else notes.add("ok", `Scheduler ${who} has claim ${sign.epoch}`);
  const lock = `${folder}/.dagu_lock`;
  const rights = fileRights(lock);
  if (rights === null || fileRights(`${lock}/dagu-deno`) !== null) return;
  const age = Math.round((systemClock.now() - rights.changedAt) / 1000);
  notes.add(
    "note",
    `A scheduler of Dagu has the lock "${lock}", last seen ${age} s ago: schedulers of this program wait for it`,
    "end that scheduler, or let it do the work; a lock that is silent for 30 s is taken over",
  );
}

function examineServices(config: Config, notes: Notes): void {
  const registry = new FileRegistry(config.paths.serviceRegistryDir);
  for (const kind of KINDS) {
    for (const { id, host, port, pid, active } of registry.services(kind)) {
      notes.add(
        "ok",
        `${kind} ${id}: process ${pid} of ${host}, port ${port}, ${active ? "acts" : "stands by"}`,
      );
    }
  }
}

async function examineRuns(config: Config, notes: Notes): Promise<void> {
  const { runs } = openStores(config);
  let alive = 0;
  for (const { name, id } of await runs.signs()) {
    const run = await runs.find(name, id);
    if (!run) continue;
    if (run.record.resumes) {
      notes.add("note", `Run ${id} of "${name}" crashed and is to go on: a scheduler sees to that`);
      continue;
    }
    const state = await runs.liveness(run);
    if (state === "alive") alive++;
    else if (state === "dead") {
      notes.add(
        "warning",
        `Run ${id} of "${name}" is recorded as running, and its process is gone`,
        `dagu status --run-id ${id} ${name} ends it; a scheduler does so by itself`,
      );
    } else {notes.add(
        "note",
        `Run ${id} of "${name}" belongs to another machine: whether it lives cannot be told here`,
      );}
  }
  notes.add("ok", alive === 1 ? "1 run is alive" : `${alive} runs are alive`);
}

async function examineQueues(config: Config, notes: Notes): Promise<void> {
  const queues = await openStores(config).queues();
  let waiting = 0;
  for (const name of await queues.queues()) {
    const contents = await queues.contents(name);
    waiting += contents.waiting.length;
    for (const { id, problem } of contents.bad) {
      notes.add(
        "warning",
        `Item "${id}" of the queue "${name}" is of no use: ${problem}`,
        "a scheduler moves it out of the way; see queues.md",
      );
    }
  }
  const scheduler = new FileRegistry(config.paths.serviceRegistryDir).services("scheduler");
  if (waiting > 0 && scheduler.length === 0) {
    notes.add(
      "warning",
      `${waiting} runs wait in queues, and no scheduler is at work`,
      "start one: dagu scheduler",
    );
  } else if (waiting >= MANY_WAITING) {
    notes.add(
      "warning",
      `${waiting} runs wait in queues`,
      "see who puts them in, and whether more may run at once; see queues.md",
    );
  } else notes.add("ok", `${waiting} runs wait in queues`);
}
