/** Queues: what runs and what waits in each. */
import type { RunSummary } from "../../../core/run_summary.ts";
import { RunStatus } from "../../../core/status.ts";
import { pathPart } from "../../../core/names.ts";
import type { PlaceOf, ServerContext } from "../context.ts";
import { firstInLine, type PlacedRun } from "../find/first_in_line.ts";
import { route } from "../http/route.ts";
import { type Infer, integer, list, named, number, object, text, word } from "../http/schema.ts";
import { runSummaryJson, runSummaryShape } from "../shape/run.ts";
import { visibleNames } from "../access/visible.ts";
import { withReasons } from "./run_list.ts";

const queueShape = named(
  "Queue",
  object({
    name: text(),
    type: word(["global", "dag-based"]),
    maxConcurrency: integer({ description: "Runs at once; 0 for no limit" }),
    running: list(runSummaryShape),
    queued: list(runSummaryShape, { description: "Those that come first, in their order" }),
    totalRunning: integer({ description: "However many are shown" }),
    totalQueued: integer({ description: "However many are shown" }),
  }),
);

const queuesShape = object({
  queues: list(queueShape),
  summary: object({
    totalQueues: integer(),
    totalRunning: integer(),
    totalQueued: integer(),
    totalCapacity: integer(),
    utilizationPercentage: number(),
  }),
});

export type QueuesJson = Infer<typeof queuesShape>;

/** Most runs of one answer that go on, and most that wait: those that come first. */
const MAX_RUNS = 1000;

interface Queue {
  readonly name: string;
  readonly type: "global" | "dag-based";
  readonly maxConcurrency: number;
  readonly running: RunSummary[];
  readonly queued: RunSummary[];
  totalRunning: number;
  totalQueued: number;
}

function emptyQueue({ name, type, maxConcurrency }: Pick<Queue, "name" | "type" | "maxConcurrency">): Queue {
  return { name, type, maxConcurrency, running: [], queued: [], totalRunning: 0, totalQueued: 0 };
}

export function queueRoutes(context: ServerContext) {
  return [
    route({
      method: "get",
      at: "/queues",
      about: "Queues with the runs that they hold",
      role: "viewer",
      answers: { 200: queuesShape },
      version: () => context.model.version(),
      handle: async ({ principal }) => {
        const visible = await visibleNames(context, principal);
        const places = await context.queuePlaces();
        const queues = await readQueues(context, places, (run) => visible === null || visible.has(run.name));
        const total = (of: (queue: Queue) => number) => queues.reduce((sum, queue) => sum + of(queue), 0);
        const running = total((queue) => queue.totalRunning);
        const queued = total((queue) => queue.totalQueued);
        const capacity = total((queue) => queue.maxConcurrency);
        return {
          // Places, and why a run waits, change without a change of runs.
          passing: queued + running > 0,
          json: {
            queues: queues.map((queue) => ({
              ...queue,
              running: queue.running.map(runSummaryJson),
              queued: withReasons(queue.queued, places),
            })),
            summary: {
              totalQueues: queues.length,
              totalRunning: running,
              totalQueued: queued,
              totalCapacity: capacity,
              utilizationPercentage: capacity > 0 ? running / capacity * 100 : 0,
            },
          },
        };
      },
    }),
  ];
}

/** The shared queues of the configuration, and every other one that holds something. */
async function readQueues(
  context: ServerContext,
  places: PlaceOf,
  visible: (run: RunSummary) => boolean,
): Promise<Queue[]> {
  const dags = new Map((await context.model.dags()).map((dag) => [dag.name, dag]));
  const queues = new Map<string, Queue>();
  for (const { name, maxConcurrency } of context.queues) {
    queues.set(pathPart(name), emptyQueue({ name, type: "global", maxConcurrency }));
  }
  const queueOf = ({ run, place }: PlacedRun): Queue => {
    const dag = dags.get(run.name);
    // One that is not in its place yet, or any more: where its definition puts it.
    const name = place?.queue ?? pathPart(dag?.queue || run.name);
    let queue = queues.get(name);
    if (!queue) {
      const maxConcurrency = Math.max(0, dag?.maxActiveRuns ?? 1);
      queues.set(name, queue = emptyQueue({ name, type: "dag-based", maxConcurrency }));
    }
    return queue;
  };
  const inLine = (status: RunStatus, total: "totalRunning" | "totalQueued") => {
    const count = (placed: PlacedRun) => {
      if (!visible(placed.run)) return false;
      queueOf(placed)[total]++;
      return true;
    };
    return firstInLine(context.model, { status, places, count, limit: MAX_RUNS });
  };
  for (const one of await inLine(RunStatus.Running, "totalRunning")) queueOf(one).running.push(one.run);
  for (const one of await inLine(RunStatus.Queued, "totalQueued")) queueOf(one).queued.push(one.run);
  return [...queues.values()].sort((a, b) => a.name < b.name ? -1 : 1);
}
