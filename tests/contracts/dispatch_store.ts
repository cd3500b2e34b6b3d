/** What every store of tasks promises. */
import { assertEquals } from "../assert.ts";
import type { DispatchStore, StoredTask } from "../../src/ports/dispatch_store.ts";
import { aTask } from "../fakes/tasks.ts";

export interface DispatchStoreBench {
  readonly store: DispatchStore;
  /** What the next coordinator finds. */
  next(): DispatchStore;
  cleanUp(): Promise<void>;
}

export function stored(taskId: string, change: Partial<StoredTask> = {}): StoredTask {
  return {
    taskId,
    task: aTask(`run-${taskId}`),
    hold: false,
    storedAt: 1000,
    attempt: 0,
    claim: null,
    remote: false,
    begun: false,
    ...change,
  };
}

export function testDispatchStore(kind: string, open: () => Promise<DispatchStoreBench>): void {
  const test = (what: string, body: (bench: DispatchStoreBench) => Promise<void>) =>
    Deno.test(`dispatch store (${kind}): ${what}`, async () => {
      const bench = await open();
      try {
        await body(bench);
      } finally {
        await bench.cleanUp();
      }
    });

  test("every word of a task comes back", async ({ store, next }) => {
    const full = stored("aa", {
      task: aTask("r", {
        parent: { name: "up", id: "p" },
        root: { name: "top", id: "t" },
        operation: "start",
        params: "A=1",
        step: "s",
        following: true,
        selector: { gpu: "true", "": "x" },
        definition: "steps: []\n",
        snapshot: "{}",
        previous: "{}",
        files: [{ path: "a/b.sh", content: new Uint8Array([0, 255]), executable: true }],
        depth: 3,
        workingDir: "/w",
        hidden: ["a secret", "two\nlines"],
      }),
      hold: true,
      attempt: 2,
      claim: { taskId: "aa", attempt: 2, epoch: 1, workerId: "w" },
      remote: true,
      begun: true,
    });
    await store.put(full);
    assertEquals(await next().all(), [full]);
  });

  test("the oldest comes first; what is over is gone", async ({ store, next }) => {
    for (const [id, storedAt] of [["cc", 3], ["aa", 1], ["bb", 2]] as const) {
      await store.put(stored(id, { storedAt }));
    }
    await store.remove("bb");
    await store.remove("dd");
    assertEquals((await next().all()).map(({ taskId }) => taskId), ["aa", "cc"]);
  });

  test("the last change of a task is the one that stays", async ({ store, next }) => {
    const changes = [1, 2, 3, 4, 5].map((attempt) => stored("aa", { attempt }));
    await Promise.all(changes.map((change, i) => i % 2 === 0 ? store.put(change) : store.note(change)));
    assertEquals((await next().all()).map(({ attempt }) => attempt), [5]);
    await Promise.all([store.note(changes[0]!), store.put(changes[1]!), store.remove("aa")]);
    assertEquals(await next().all(), []);
  });
}
