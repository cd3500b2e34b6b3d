/** What every book of fires has to do. */
import type { FireStore } from "../../src/ports/fire_store.ts";
import { keyOf } from "../../src/core/schedule/fire_key.ts";
import { assertEquals } from "../assert.ts";
import { FIRE_AT, makeFire, makeFireRecord } from "../fakes/fires.ts";

export interface FireStoreFixture {
  readonly store: FireStore;
  /** Another instance that sees the same book, as another process would; the same one where there is no other. */
  readonly other: FireStore;
  cleanUp(): Promise<void>;
}

const DAY = 86_400_000;

export function testFireStore(name: string, open: () => Promise<FireStoreFixture>): void {
  const test = (what: string, body: (fixture: FireStoreFixture) => Promise<void>) =>
    Deno.test(`${name}: ${what}`, async () => {
      const fixture = await open();
      try {
        await body(fixture);
      } finally {
        await fixture.store.close();
        await fixture.other.close();
        await fixture.cleanUp();
      }
    });

  test("of many who claim a fire exactly one gets it", async ({ store, other }) => {
    for (const job of ["etl", "team/etl", "../../x y", "é"]) {
      const fire = makeFire({ job });
      const claims = await Promise.all(
        Array.from({ length: 20 }, (_, i) => (i % 2 ? store : other).claim(fire, 1)),
      );
      assertEquals(claims.filter((won) => won).length, 1, job);
    }
  });

  test("fires that differ in anything are claimed one by one", async ({ store }) => {
    const fire = makeFire();
    const others = [
      { ...fire, job: "etl_" },
      { ...fire, kind: "stop" as const },
      { ...fire, entry: "CRON_TZ=UTC 0 2,3 * * *" },
      { ...fire, tick: "20261123T0201Z" },
      { ...fire, tick: "boot-1" },
    ];
    for (const one of [fire, ...others]) assertEquals(await store.claim(one, 1), true);
    for (const one of [fire, ...others]) assertEquals(await store.claim(one, 1), false);
  });

  test("a claim that was never settled goes to a newer epoch, once", async ({ store, other }) => {
    const fire = makeFire();
    assertEquals(await store.claim(fire, 4), true);
    assertEquals(await other.claim(fire, 3), false);
    assertEquals(await other.claim(fire, 5), true);
    assertEquals(await other.claim(fire, 5), false);
    assertEquals(await store.claim(fire, 4), false);
    await store.settle([makeFireRecord()]);
    assertEquals(await other.claim(fire, 9), false);
  });

  test("claims that were never settled are known, and whose they are", async ({ store, other }) => {
    const open = makeFire({ job: 'team/"é"', tick: "20261123T020015Z" });
    for (
      const fire of [open, makeFire(), makeFire({ tick: "20261123T0159Z" }), makeFire({ tick: "boot-1" })]
    ) {
      await store.claim(fire, 1);
    }
    await store.settle([makeFireRecord()]);
    assertEquals(await other.openClaims(FIRE_AT), [keyOf(open)]);
    assertEquals(await other.openClaims(FIRE_AT + 60_000), []);
  });

  test("a fire is settled once", async ({ store, other }) => {
    const record = makeFireRecord();
    await store.claim(record, 1);
    await store.settle([record]);
    await other.settle([{ ...record, outcome: "missed" }]);
    assertEquals(await other.list({}), [record]);
  });

  test("a fire is settled without a claim, and cannot be claimed then", async ({ store, other }) => {
    await store.settle([makeFireRecord({ outcome: "missed", why: "nobody was there", count: 5 })]);
    assertEquals(await other.claim(makeFire(), 1), false);
  });

  test("records are listed newest first, by DAG, outcome and time", async ({ store, other }) => {
    const records = [1, 2, 3, 4].map((n) =>
      makeFireRecord({
        at: FIRE_AT + n * 60_000,
        dag: n % 2 ? "odd" : "even",
        job: n % 2 ? "odd" : "even",
        outcome: n === 4 ? "skipped" : "started",
        why: n === 4 ? 'a "quoted" reason\n' : "",
      })
    );
    await store.settle(records.slice(0, 2));
    await other.settle(records.slice(2));
    assertEquals(await store.list({}), records.toReversed());
    assertEquals(await other.list({ dag: "even" }), [records[3], records[1]]);
    assertEquals(await other.list({ outcomes: ["started"], limit: 2 }), [records[2], records[1]]);
    assertEquals(await other.list({ from: FIRE_AT + 180_000 }), [records[3], records[2]]);
    assertEquals(await other.list({ dag: "none" }), []);
  });

  test("the time until which all is settled is kept", async ({ store, other }) => {
    assertEquals(await store.settledUntil(), null);
    await store.setSettledUntil(FIRE_AT);
    await store.setSettledUntil(FIRE_AT + 1);
    assertEquals(await other.settledUntil(), FIRE_AT + 1);
  });

  test("the schedules that were followed are kept", async ({ store, other }) => {
    assertEquals(await store.known(), []);
    await store.setKnown(["etl\nstart\nCRON_TZ=UTC @daily", "é"]);
    assertEquals(await other.known(), ["etl\nstart\nCRON_TZ=UTC @daily", "é"]);
    await other.setKnown([]);
    assertEquals(await store.known(), []);
  });

  test("a sweep forgets old claims and records, and no others", async ({ store, other }) => {
    const old = makeFireRecord({ at: FIRE_AT - 40 * DAY });
    const young = makeFireRecord({ at: FIRE_AT });
    const seconds = makeFireRecord({ tick: "20261123T020030Z" });
    await store.settle([old, young, seconds]);
    await store.claim(makeFire({ tick: "boot-1" }), 1);
    await other.sweep(FIRE_AT, FIRE_AT);
    assertEquals(await store.claim(old, 1), true);
    for (const kept of [young, seconds, makeFire({ tick: "boot-1" })]) {
      assertEquals(await store.claim(kept, 1), false, kept.tick);
    }
  });
}
