/** What every store of claims promises. */
import { assert, assertEquals, assertRejects } from "../assert.ts";
import type { LeaseOwner, LeaseStore } from "../../src/ports/lease_store.ts";

export interface LeaseBench {
  readonly store: LeaseStore;
  /** Another process's view of the same claims. */
  readonly other: LeaseStore;
  /** Owners whose process runs, and whose process is gone. */
  readonly alive: LeaseOwner;
  readonly gone: LeaseOwner;
  cleanUp(): Promise<void>;
}

export function testLeaseStore(kind: string, open: () => Promise<LeaseBench>): void {
  const test = (what: string, body: (bench: LeaseBench) => Promise<void>) =>
    Deno.test(`lease store (${kind}): ${what}`, async () => {
      const bench = await open();
      try {
        await body(bench);
      } finally {
        await bench.cleanUp();
      }
    });

  test("an epoch goes to one claimant", async ({ store, other, alive }) => {
    assertEquals(await store.newest(), null);
    const rival = { ...alive, token: "rival" };
    const won = await Promise.all([store.claim(1, alive), other.claim(1, rival)]);
    assertEquals(won.filter(Boolean).length, 1);
    assertEquals((await other.newest())?.owner, won[0] ? alive : rival);
  });

  test("each renewal changes the sign of life for others", async ({ store, other, alive }) => {
    await store.claim(1, alive);
    const beats = new Set([(await other.newest())?.beat]);
    for (let i = 0; i < 3; i++) {
      assert(await store.renew(1, alive));
      beats.add((await other.newest())?.beat);
    }
    assertEquals(beats.size, 4);
    assertEquals((await other.newest())?.released, false);
  });

  test("a release is seen, and the next epoch can be claimed", async ({ store, other, alive }) => {
    await store.claim(1, alive);
    await store.renew(1, alive);
    await store.release(1, alive);
    assertEquals((await other.newest())?.released, true);
    const next = { ...alive, token: "next" };
    assert(await other.claim(2, next));
    const sign = await store.newest();
    assertEquals([sign?.epoch, sign?.owner, sign?.released], [2, next, false]);
  });

  test("an old epoch is superseded, and cannot speak for the new one", async ({ store, other, alive }) => {
    await store.claim(1, alive);
    assertEquals(store.superseded(1), false);
    const next = { ...alive, token: "next" };
    await other.claim(2, next);
    await other.renew(2, next);
    const before = await other.newest();
    assertEquals(store.superseded(1), true);
    assertEquals(store.superseded(2), false);
    assertEquals(await store.renew(1, alive), false);
    await store.release(1, alive);
    assertEquals(await other.newest(), before);
  });

  test("only the claimant renews and releases", async ({ store, other, alive }) => {
    await store.claim(1, alive);
    const rival = { ...alive, token: "rival" };
    await assertRejects(() => other.renew(1, rival), Error);
    await assertRejects(() => other.release(1, rival), Error);
    assertEquals((await store.newest())?.released, false);
  });

  test("an owner whose process is gone is known as such", ({ store, alive, gone }) => {
    assertEquals([store.isGone(alive), store.isGone(gone)], [false, true]);
    return Promise.resolve();
  });
}
