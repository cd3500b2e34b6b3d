/** The home that all processes of a simulated world share: its folders, its definitions, its stores. */
import type { Dag } from "../../src/core/dag.ts";
import { plainSchedule } from "../../src/core/schedule/schedule.ts";
import { FileQueueStore } from "../../src/stores/file/queue/queue_store.ts";
import { FileRunStore } from "../../src/stores/file/runs/run_store.ts";
import type { RunStore } from "../../src/ports/run_store.ts";
import type { Services } from "../../src/app/services.ts";
import { makeDag, makeStep } from "../fakes/dags.ts";
import type { Process } from "./process.ts";

/** Most runs at a time of both queues. */
export const LIMIT = 2;

const STEPS = [makeStep("a"), makeStep("b", { depends: ["a"] })];

const FAR = { queue: "far", workerSelector: { gpu: "true" } };

/** Runs each minute; is queued here, once or to go on after crashes; is queued for workers, the one and the other. */
const DAGS: Readonly<Record<string, Dag>> = {
  timed: makeDag([makeStep("a")], {
    name: "timed",
    schedule: { start: [plainSchedule("* * * * *")], stop: [], restart: [] },
  }),
  near: makeDag(STEPS, { name: "near", queue: "near" }),
  again: makeDag(STEPS, { name: "again", queue: "near", onCrash: "resume" }),
  far: makeDag(STEPS, { name: "far", ...FAR }),
  farAgain: makeDag(STEPS, { name: "farAgain", ...FAR, onCrash: "resume" }),
};

/** Folders of the home on the disk. */
export const FOLDERS = ["/home/dags", "/home/data", "/home/logs", "/home/queue", "/home/suspend"] as const;
/** Definitions on the disk; what is in them is told by {@link dagOf}. */
export const DEFINITIONS = Object.keys(DAGS).map((name) => `/home/dags/${name}.yaml`);

/** The definition of a name, or of a path. */
export function dagOf(nameOrPath: string): Dag {
  const name = nameOrPath.slice(nameOrPath.lastIndexOf("/") + 1).replace(/\.yaml$/, "");
  const dag = DAGS[name];
  if (!dag) throw new Error(`There is no definition "${nameOrPath}"`);
  return dag;
}

/** The history in a folder. */
export function runsOf(process: Process, folder: string): RunStore {
  const onDamaged = (dir: string) => process.world.ledger.damaged(dir);
  return new FileRunStore({ dataDir: `${folder}/data`, logDir: `${folder}/logs`, onDamaged });
}

/** What the program's own parts are given of a process: its stores, and as much of a configuration as they ask for. */
export function servicesOf(process: Process): Services {
  const home = `${process.mount}/home`;
  const roots = { dataDir: `${home}/data`, logDir: `${home}/logs` };
  const runs = process.world.ledger.watchedRuns(process, runsOf(process, home));
  const queues = new FileQueueStore({ ...roots, queueDir: `${home}/queue` });
  const claim = queues.claim.bind(queues);
  queues.claim = async (item, epoch) => {
    const { ledger } = process.world;
    try {
      const claimed = await claim(item, epoch);
      if (claimed) ledger.claimed(item);
      return claimed;
    } catch (error) {
      ledger.stepsAside(item);
      throw error;
    }
  };
  const config = {
    tz: "UTC",
    paths: {
      ...roots,
      dagsDir: `${home}/dags`,
      baseConfig: "",
      suspendFlagsDir: `${home}/suspend`,
    },
    queues: {
      enabled: true,
      config: [{ name: "near", maxConcurrency: LIMIT }, { name: "far", maxConcurrency: LIMIT }],
    },
  };
  return {
    config,
    runs,
    queues: () => Promise.resolve(queues),
    dags: { reader: () => (path: string) => Promise.resolve(dagOf(path)) },
    damaged: new Set(),
  } as unknown as Services;
}
