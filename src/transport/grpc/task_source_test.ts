import { assertEquals, assertRejects } from "../../../tests/assert.ts";
import { cloggedLine } from "../../../tests/support/clogged_line.ts";
import { testClient, testServer } from "../../../tests/support/grpc_ends.ts";
import { CallError } from "./call_error.ts";
import { GrpcTaskSource } from "./task_source.ts";

const SELF = { id: "w", labels: {}, host: "", remote: true };
const CLAIM = { taskId: "t", attempt: 1, epoch: 1, workerId: "w" };
const MUCH = {
  kind: "piece",
  number: 1,
  json: "",
  step: "",
  stream: "",
  offset: 0,
  data: new Uint8Array(1 << 20),
} as const;

Deno.test("a sign of life does not wait behind what a run did", async () => {
  await using server = await testServer({ Heartbeat: () => Promise.resolve({ revoked: [] }) });
  let told: Promise<unknown>;
  {
    using line = cloggedLine(server.port, 50_000);
    const target = [{ host: "127.0.0.1", port: line.port }];
    using calls = testClient(target);
    using records = testClient(target);
    const source = new GrpcTaskSource(calls.client, records.client);
    told = assertRejects(() => source.record(CLAIM, [MUCH]), CallError);
    await line.clogged;
    assertEquals(await source.beat(SELF, [CLAIM], null), []);
  }
  await told;
});
