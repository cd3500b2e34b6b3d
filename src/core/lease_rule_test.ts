import { assertEquals } from "../../tests/assert.ts";
import {
  ACT_MS,
  epochToClaim,
  mayAct,
  RENEW_MS,
  renewEvery,
  type Sign,
  STALE_MS,
  watched,
} from "./lease_rule.ts";

const sign = (epoch: number, beat: string, released = false): Sign => ({ epoch, beat, released });

Deno.test("lease: the first claim ever has the epoch 1", () => {
  assertEquals(epochToClaim(watched(null, null, 0), 0, false), 1);
});

Deno.test("lease: silence counts from when the observer saw the sign, not from when it was given", () => {
  const first = watched(null, sign(4, "a"), 1000);
  assertEquals(epochToClaim(first, 1000 + STALE_MS, false), 0);
  assertEquals(epochToClaim(first, 1001 + STALE_MS, false), 5);
  const same = watched(first, sign(4, "a"), 9000);
  assertEquals(same.since, 1000);
  const renewed = watched(same, sign(4, "b"), 9000);
  assertEquals(epochToClaim(renewed, 1001 + STALE_MS, false), 0);
  assertEquals(watched(renewed, sign(5, "b"), 9500).since, 9500);
});

Deno.test("lease: what was given back, or whose process is gone, need not be waited for", () => {
  assertEquals(epochToClaim(watched(null, sign(4, "a", true), 0), 0, false), 5);
  assertEquals(epochToClaim(watched(null, sign(4, "a"), 0), 0, true), 5);
});

Deno.test("lease: an owner acts while both its clocks say that the renewal is fresh", () => {
  const at = (monotonic: number, wall: number) => ({ monotonic, wall });
  const last = at(50_000, 1_700_000_000_000);
  assertEquals(mayAct(null, last), false);
  assertEquals(mayAct(last, last), true);
  assertEquals(mayAct(last, at(50_000 + ACT_MS - 1, last.wall + ACT_MS - 1)), true);
  assertEquals(mayAct(last, at(50_000 + ACT_MS, last.wall)), false);
  assertEquals(mayAct(last, at(50_000, last.wall + ACT_MS)), false);
  assertEquals(mayAct(last, at(50_000, last.wall - ACT_MS)), false);
});

Deno.test("lease: an owner stops before any observer takes over, whatever limit is configured", () => {
  for (const stale of [1000, STALE_MS, 60_000]) {
    const last = { monotonic: 0, wall: 0 };
    assertEquals(mayAct(last, { monotonic: stale * 0.71, wall: 0 }, stale), false);
    assertEquals(epochToClaim(watched(null, sign(1, "a"), 0), stale * 0.71, false, stale), 0);
    assertEquals(renewEvery(stale), stale / 5);
  }
  assertEquals(renewEvery(STALE_MS), RENEW_MS);
});
