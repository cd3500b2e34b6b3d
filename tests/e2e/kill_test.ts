/** Runs are killed at many instants: what they knew stays known, nothing goes on, and a retry completes them. */
import { assert } from "../assert.ts";
import { Random } from "../fakes/random.ts";
import { testNeeding } from "../needs.ts";
import { sweep, SWEEPS } from "../support/kill_points.ts";
import { REQUEST_SWEEPS, sweepRequest } from "../support/kill_requests.ts";
import { killChains, killShape, SHAPES, stopAfterKill } from "../support/kills.ts";

const KILLS = 50;

Deno.test(`${KILLS} starts killed at random instants`, async () => {
  const counts = await killChains({ kills: KILLS, steps: 30, random: new Random(7) });
  assert(counts.early + counts.late < KILLS * 0.8, `Too few kills met a run: ${JSON.stringify(counts)}`);
  assert(counts.begun > KILLS, "Hardly a step had begun");
  assert(counts.looks > KILLS, "Nobody read while the runs were written");
});

for (const shape of SHAPES) {
  Deno.test(`killed: ${shape.name}`, () => killShape(shape, new Random(11)));
}

Deno.test("stop ends what a run left whose guard was killed too", stopAfterKill);

/** Every call is tried by tests/campaigns/crash.ts; here a few of each command. */
const STRIDES: Readonly<Record<string, number>> = {
  start: 15,
  retry: 13,
  cleanup: 9,
  enqueue: 4,
  dequeue: 2,
};

for (const one of SWEEPS) {
  testNeeding({
    name: `killed before a file-changing call: ${one.name}`,
    needs: ["strace"],
    fn: async () => {
      await sweep(one, 1, STRIDES[one.name] ?? 2, 4);
    },
  });
}

for (const one of REQUEST_SWEEPS) {
  testNeeding({
    name: `server killed before a file-changing call: ${one.name}`,
    needs: ["strace"],
    fn: async () => {
      await sweepRequest(one, 1, 2, 2);
    },
  });
}
