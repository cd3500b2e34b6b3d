import { assert, assertEquals, assertMatch } from "../../../tests/assert.ts";
import { testClient, testServer } from "../../../tests/support/grpc_ends.ts";
import { RunStatus } from "../../core/status.ts";
import { CallError } from "./call_error.ts";
import { MAX_MESSAGE_BYTES } from "./grpc_js.ts";
import { TaskResultMessage } from "./messages.ts";
import { resultFromWire, resultToWire } from "./task_wire.ts";

const SOON = { timeoutMs: 20_000 };

async function refusal(call: Promise<unknown>): Promise<CallError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof CallError) return error;
    throw error;
  }
  throw new Error("The call was not refused");
}

Deno.test("requests, answers and refusals arrive as they were sent", async () => {
  await using server = await testServer({
    Dispatch: ({ task, hold }) => Promise.resolve({ taskId: `${task?.target} ${hold}` }),
    StopTask: ({ taskId }) => Promise.reject(new CallError("not_found", `no task "${taskId}", ä€`)),
  });
  using end = testClient([{ host: "127.0.0.1", port: server.port }]);
  const { TaskMessage } = await import("./messages.ts");
  const task = TaskMessage.decode(TaskMessage.encode({ target: "etl" }));
  assertEquals(await end.client.call("Dispatch", { task, hold: true }, SOON), { taskId: "etl true" });
  const error = await refusal(end.client.call("StopTask", { taskId: "t" }, SOON));
  assertEquals([error.code, error.message], ["not_found", 'no task "t", ä€']);
  assertEquals(await end.client.healthy(SOON), true);
});

Deno.test("who gives a call up, or waits too long for it, ends it on both sides", async () => {
  const ended: string[] = [];
  const { promise: both, resolve } = Promise.withResolvers<void>();
  await using server = await testServer({
    Poll: ({ pollerId }, { signal }) =>
      new Promise((done) =>
        signal.addEventListener("abort", () => {
          ended.push(pollerId);
          if (ended.length === 2) resolve();
          done({});
        })
      ),
  });
  using end = testClient([{ host: "127.0.0.1", port: server.port }]);
  // What is given up has to have reached the other side: a connection may take long, a call does not.
  await end.client.healthy(SOON);
  const given = new AbortController();
  const up = refusal(end.client.call("Poll", { pollerId: "given up" }, { ...SOON, signal: given.signal }));
  const late = await refusal(end.client.call("Poll", { pollerId: "late" }, { timeoutMs: 1000 }));
  given.abort();
  assertEquals([(await up).code, late.code], ["cancelled", "deadline_exceeded"]);
  await both;
  assertEquals(ended, ["late", "given up"]);
});

Deno.test("a message that is too large is refused", async () => {
  await using server = await testServer({ StopTask: () => Promise.resolve({}) });
  using end = testClient([{ host: "127.0.0.1", port: server.port }]);
  await end.client.call("StopTask", { taskId: "x".repeat(MAX_MESSAGE_BYTES - 100) }, SOON);
  const error = await refusal(
    end.client.call("StopTask", { taskId: "x".repeat(MAX_MESSAGE_BYTES + 1) }, SOON),
  );
  // The same again would be as large: it is not worth another try.
  assertEquals(error.code, "invalid_argument");
  assertMatch(error.message, /^The request of the call StopTask has \d+ bytes, at most 4194304 can be sent$/);
});

Deno.test("an answer may be larger than a request, for it may hold one", async () => {
  const taskId = "x".repeat(MAX_MESSAGE_BYTES + 1000);
  await using server = await testServer({ Dispatch: () => Promise.resolve({ taskId }) });
  using end = testClient([{ host: "127.0.0.1", port: server.port }]);
  assertEquals((await end.client.call("Dispatch", {}, SOON)).taskId.length, taskId.length);
});

Deno.test("a result fits into a message: what is too large is left out, and that is said", () => {
  const result = { status: RunStatus.Succeeded, error: "", params: "A=1", outputs: { X: "1" } };
  assertEquals(resultFromWire(resultToWire(result)), result);
  for (
    const change of [
      { outputs: { X: "€".repeat(2 << 20) } },
      { outputs: { ["€".repeat(2 << 20)]: "" } },
      { params: "€".repeat(2 << 20) },
    ]
  ) {
    const wire = resultToWire({ ...result, ...change, error: "€".repeat(9 << 20) });
    assert(TaskResultMessage.encode(wire).length < 100_000);
    const { status, params, outputs, partial } = resultFromWire(wire);
    assertEquals([status, params, outputs, partial], [RunStatus.Succeeded, "", {}, true]);
  }
  const most = resultToWire({ ...result, outputs: { X: "€".repeat((1 << 20) - 4) } });
  assertEquals(most.partial, false);
  assert(TaskResultMessage.encode(most).length < MAX_MESSAGE_BYTES);
});

Deno.test("a server that comes back is found again, at its place or at another one", async () => {
  const names = (name: string) => ({ Dispatch: () => Promise.resolve({ taskId: name }) });
  const first = await testServer(names("first"));
  const targets = [{ host: "127.0.0.1", port: first.port }];
  using end = testClient(targets);
  const ask = async (): Promise<string> => {
    for (;;) {
      try {
        return (await end.client.call("Dispatch", {}, SOON)).taskId;
      } catch (error) {
        if (!(error instanceof CallError) || error.code !== "unavailable") throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  };
  assertEquals(await ask(), "first");
  await first.close(0);
  assertEquals((await refusal(end.client.call("Dispatch", {}, SOON))).code, "unavailable");
  {
    await using _back = await testServer(names("back"), { port: first.port });
    assertEquals(await ask(), "back");
  }
  await using other = await testServer(names("other"));
  targets.push({ host: "127.0.0.1", port: other.port });
  assertEquals(await ask(), "other");
});

Deno.test("a place where nobody answers is left for another one", async () => {
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using server = await testServer({ Dispatch: () => Promise.resolve({ taskId: "answered" }) });
  const at = (port: number) => ({ host: "127.0.0.1", port });
  using end = testClient([at(silent.addr.port), at(server.port)]);
  assertEquals(
    (await refusal(end.client.call("Dispatch", {}, { timeoutMs: 300 }))).code,
    "deadline_exceeded",
  );
  assertEquals((await end.client.call("Dispatch", {}, SOON)).taskId, "answered");
});

Deno.test("nobody to call", async () => {
  using end = testClient([]);
  const error = await refusal(end.client.healthy(SOON));
  assertEquals(error.code, "unavailable");
  assertMatch(error.message, /no coordinator is known/);
});
