import { assert, assertEquals, assertMatch } from "../../../tests/assert.ts";
import { entryName, fireRunId, tickAt, tickName } from "./fire_key.ts";
import { checkRunId } from "../names.ts";
import type { FireKey } from "./schedule.ts";

const AT = Date.UTC(2026, 10, 23, 2, 5);
const KEY: FireKey = { job: "team/etl", kind: "start", entry: "CRON_TZ=UTC @daily", tick: tickName(AT) };

Deno.test("fire key: ticks and entries", () => {
  assertEquals(tickName(AT), "20261123T0205Z");
  assertEquals(tickName(AT + 9000), "20261123T020509Z");
  assertEquals([tickAt(tickName(AT)), tickAt(tickName(AT + 9000)), tickAt("boot-x")], [AT, AT + 9000, null]);
  assertEquals(entryName("0 2 * * *", "UTC"), "CRON_TZ=UTC 0 2 * * *");
  assertEquals(entryName("TZ=Asia/Tokyo 0 2 * * *", "Asia/Tokyo"), "CRON_TZ=Asia/Tokyo 0 2 * * *");
});

Deno.test("fire key: one key, one run id; the id carries the time", async () => {
  const id = await fireRunId(KEY, AT);
  assertEquals(await fireRunId({ ...KEY }, AT), id);
  assertEquals(checkRunId(id), "");
  assertMatch(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  assertEquals(parseInt(id.slice(0, 8) + id.slice(9, 13), 16), AT);
  const others = [
    await fireRunId({ ...KEY, job: "etl" }, AT),
    await fireRunId({ ...KEY, kind: "restart" }, AT),
    await fireRunId({ ...KEY, entry: "CRON_TZ=UTC 0 0 * * *" }, AT),
    await fireRunId({ ...KEY, tick: tickName(AT + 60_000) }, AT),
  ];
  assertEquals(new Set([id, ...others]).size, 5);
  const timeless = await fireRunId({ ...KEY, tick: "boot-1" }, 0);
  assertMatch(timeless, /^[0-9a-f]{8}-[0-9a-f]{4}-8/);
  assert(timeless !== await fireRunId({ ...KEY, tick: "boot-2" }, 0));
});
