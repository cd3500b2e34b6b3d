/** Queues: what runs and what waits in each. */
import type { RunSummary } from "../../../core/run_summary.ts";
import { RunStatus } from "../../../core/status.ts";
import { pathPart } from "../../../core/names.ts";
import type { PlaceOf, QueuePlace, ServerContext } from "../context.ts";
import { route } from "../http/route.ts";
import { type Infer, integer, list, named, number, object, text, word } from "../http/schema.ts";
import { runSummaryJson, runSummaryShape } from "../shape/run.ts";
import { visibleNames, withReasons } from "./run_list.ts";

const queueShape = named(
  "Queue",
  object({
    name: text(),
    type: word(["global", "dag-based"]),
    maxConcurrency: integer({ description: "Runs at once; 0 for no limit" }),
    running: list(runSummaryShape),
    queued: list(runSummaryShape, { description: "In the order in which they were put in line" }),
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

const MAX_RUNS = 1000;
/** Turn of a run that is not in its place. */
const LAST = Number.MAX_SAFE_INTEGER;

interface Queue {
  readonly name: string;
  readonly type: "global" | "dag-based";
  readonly maxConcurrency: number;
  readonly running: RunSummary[];
  readonly queued: RunSummary[];
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
        const running = total((queue) => queue.running.length);
        const queued = total((queue) => queue.queued.length);
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
    queues.set(pathPart(name), { name, type: "global", maxConcurrency, running: [], queued: [] });
  }
  const queueOf = (run: RunSummary, place: QueuePlace | null): Queue => {
    const dag = dags.get(run.name);
    // One that is not in its place yet, or any more: where its definition puts it.
    const name = place?.queue ?? pathPart(dag?.queue || run.name);
    let queue = queues.get(name);
    if (!queue) {
      const maxConcurrency = Math.max(0, dag?.maxActiveRuns ?? 1);
      queues.set(name, queue = { name, type: "dag-based", maxConcurrency, running: [], queued: [] });
    }
    return queue;
  };
  for (const [status, list] of [[RunStatus.Running, "running"], [RunStatus.Queued, "queued"]] as const) {
    const { runs } = await context.model.runs({ statuses: [status], limit: MAX_RUNS });
    const placed = runs.filter(visible).map((run) => ({
      run,
      place: places({ name: run.name, id: run.dagRunId }),
      at: run.queuedAt || run.createdAt,
    }));
    placed.sort((a, b) => (a.place?.turn ?? LAST) - (b.place?.turn ?? LAST) || a.at - b.at);
    for (const { run, place } of placed) queueOf(run, place)[list].push(run);
  }
  return [...queues.values()].sort((a, b) => a.name < b.name ? -1 : 1);
}
