/** The runs of a status that come first in their queues, of however many there are. */
import type { RunSummary } from "../../../core/run_summary.ts";
import type { RunStatus } from "../../../core/status.ts";
import type { ReadModel, RunPage } from "../../../ports/read_model.ts";
import type { PlaceOf, QueuePlace } from "../context.ts";

export interface PlacedRun {
  readonly run: RunSummary;
  /** null for one that is not in its place yet, or not any more. */
  readonly place: QueuePlace | null;
}

export interface LineOptions {
  readonly status: RunStatus;
  readonly places: PlaceOf;
  /** Told of each run, in no order. @returns false for one that does not count */
  readonly count: (placed: PlacedRun) => boolean;
  /** Most runs of the answer. */
  readonly limit: number;
}

/** Rows that are read in one go. */
const PAGE = 2000;
/** Turn of a run that is not in its place. */
const LAST = Number.MAX_SAFE_INTEGER;

/** By turns: the first ones of all queues, then the second ones, and so on. */
export async function firstInLine(
  model: Pick<ReadModel, "runs">,
  { status, places, count, limit }: LineOptions,
): Promise<PlacedRun[]> {
  let first: PlacedRun[] = [];
  let page: RunPage = { runs: [], more: true };
  while (page.more) {
    const last = page.runs.at(-1);
    page = await model.runs({ statuses: [status], limit: PAGE, ...(last ? { after: last } : {}) });
    const placed = page.runs.map((run) => ({ run, place: places({ name: run.name, id: run.dagRunId }) }));
    first = [...first, ...placed.filter(count)].sort(byTurn).slice(0, limit);
  }
  return first;
}

function byTurn(a: PlacedRun, b: PlacedRun): number {
  return (a.place?.turn ?? LAST) - (b.place?.turn ?? LAST) || putInLineAt(a) - putInLineAt(b);
}

function putInLineAt({ run }: PlacedRun): number {
  return run.queuedAt || run.createdAt;
}
