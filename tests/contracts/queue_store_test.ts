import { FileQueueStore } from "../../src/stores/file/queue/queue_store.ts";
import { MemoryQueueStore } from "../../src/stores/memory/queue_store.ts";
import { testQueueStore } from "./queue_store.ts";

testQueueStore("memory", () => {
  const store = new MemoryQueueStore();
  return Promise.resolve({
    store,
    other: store,
    spoil: (item) => store.spoil(item, "spoilt"),
    cleanUp: () => Promise.resolve(),
  });
});

testQueueStore("file", async () => {
  const home = await Deno.makeTempDir({ prefix: "queues-" });
  const roots = { dataDir: `${home}/data`, logDir: `${home}/logs`, queueDir: `${home}/data/queue` };
  return {
    store: new FileQueueStore(roots),
    other: new FileQueueStore(roots),
    spoil: ({ queue, id }) => Deno.writeTextFileSync(`${roots.queueDir}/${queue}/${id}`, '{"dagRun'),
    cleanUp: () => Deno.remove(home, { recursive: true }),
  };
});
