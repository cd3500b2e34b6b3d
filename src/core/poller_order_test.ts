import { assertEquals } from "../../tests/assert.ts";
import { nextPoller } from "./poller_order.ts";

interface Given {
  readonly name: string;
  readonly workerId: string;
  readonly since: number;
}

function chosen(pollers: readonly Given[], workers: Record<string, [lastGiven: number, busy: number]>) {
  const workerOf = ({ workerId }: Given) => {
    const [lastGiven, busy] = workers[workerId]!;
    return { lastGiven, busy };
  };
  return nextPoller(pollers, workerOf)?.name;
}

const A = { name: "a", workerId: "w1", since: 10 };
const B = { name: "b", workerId: "w2", since: 20 };

Deno.test("who has waited longest is next, then who has least to do", () => {
  assertEquals(chosen([B, A], { w1: [0, 9], w2: [0, 0] }), "a");
  assertEquals(chosen([A, { ...B, since: 10 }], { w1: [0, 9], w2: [0, 1] }), "b");
  assertEquals(chosen([], {}), undefined);
});

Deno.test("a worker with many pollers takes turns with the others", () => {
  const many = [A, { ...A, name: "a2" }, { ...A, name: "a3" }];
  assertEquals(chosen([...many, B], { w1: [30, 1], w2: [0, 0] }), "b");
  assertEquals(chosen([...many, B], { w1: [30, 1], w2: [40, 1] }), "a");
});
