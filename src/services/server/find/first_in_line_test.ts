import { assertEquals } from "../../../../tests/assert.ts";
import type { RunSummary } from "../../../core/run_summary.ts";
import { RunStatus } from "../../../core/status.ts";
import type { RunQuery } from "../../../ports/read_model.ts";
import { firstInLine } from "./first_in_line.ts";

/** Runs `r0`, `r1`, … of which the last was made last, as lists give them: newest first. */
function modelOf(count: number) {
  const all = Array.from({ length: count }, (_, i) => count - 1 - i).map((at) =>
    ({ name: "d", dagRunId: `r${at}`, createdAt: at, queuedAt: 0 }) as RunSummary
  );
  return {
    runs: ({ limit, after }: RunQuery) => {
      const rest = after ? all.filter(({ createdAt }) => createdAt < after.createdAt) : all;
      return Promise.resolve({ runs: rest.slice(0, limit), more: rest.length > limit });
    },
  };
}

const none = () => null;

Deno.test("first in line: of more runs than are read at once, the oldest come first, and all are counted", async () => {
  for (const count of [0, 1, 2000, 2001, 5500]) {
    let seen = 0;
    const first = await firstInLine(modelOf(count), {
      status: RunStatus.Queued,
      places: none,
      count: () => ++seen > 0,
      limit: 3,
    });
    assertEquals(first.map(({ run }) => run.dagRunId), ["r0", "r1", "r2"].slice(0, count));
    assertEquals(seen, count);
  }
});

Deno.test("first in line: every queue has its turn, and what does not count is left out", async () => {
  const first = await firstInLine(modelOf(6), {
    status: RunStatus.Queued,
    // Even ones in one queue, odd ones in another; the youngest comes first in its queue.
    places: ({ id }) => {
      const at = Number(id.slice(1));
      return at === 5 ? null : { queue: String(at % 2), turn: 4 - at, why: () => "" };
    },
    count: ({ run }) => run.dagRunId !== "r3",
    limit: 4,
  });
  assertEquals(first.map(({ run }) => run.dagRunId), ["r4", "r2", "r1", "r0"]);
});
