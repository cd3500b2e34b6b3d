import { assert, assertEquals, assertRejects } from "../../../tests/assert.ts";
import { aTask } from "../../../tests/fakes/tasks.ts";
import { testClient, testServer } from "../../../tests/support/grpc_ends.ts";
import { DaguError, NotYetError } from "../../core/errors.ts";
import { randomBytes } from "../../platform/random.ts";
import { systemClock } from "../../platform/time/system_clock.ts";
import type { DispatchedTask } from "../../ports/dispatcher.ts";
import { type CallCode, CallError } from "./call_error.ts";
import { GrpcDispatcher } from "./dispatcher.ts";
import { stateNumber } from "./task_wire.ts";

type State = Parameters<typeof stateNumber>[0];

/** Hands a task in to a coordinator that answers so to who waits for it. */
async function dispatched(
  answer: State | CallCode,
  work: (task: DispatchedTask) => Promise<void>,
): Promise<void> {
  const isCode = answer === "not_found" || answer === "permission_denied";
  await using server = await testServer({
    Dispatch: () => Promise.resolve({ taskId: "t" }),
    AwaitTask: () => {
      if (isCode) return Promise.reject(new CallError(answer, "no such task"));
      const state = stateNumber(answer as State);
      return Promise.resolve({ state, reason: "because", workerId: "w1", result: null });
    },
  });
  using end = testClient([{ host: "127.0.0.1", port: server.port }]);
  const dispatcher = new GrpcDispatcher({ client: end.client, clock: systemClock, random: randomBytes });
  await work(await dispatcher.dispatch(aTask("r1"), { hold: false }));
}

Deno.test("a task that was given up, or is not known any more, may be handed in again if it has not begun", async () => {
  for (const answer of ["failed", "not_found"] as const) {
    await dispatched(answer, async ({ began, ended }) => {
      await assertRejects(() => began, NotYetError);
      assertEquals((await ended).status, null);
    });
  }
});

Deno.test("one that was lost, and one that nobody may ask for, are mistakes", async () => {
  for (const answer of ["lost", "permission_denied"] as const) {
    await dispatched(answer, async ({ began }) => {
      const error = await assertRejects(() => began, DaguError);
      assert(!(error instanceof NotYetError), answer);
    });
  }
});
