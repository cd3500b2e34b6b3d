import { FileRunStore } from "../../src/stores/file/runs/run_store.ts";
import { MemoryRunStore } from "../../src/stores/memory/run_store.ts";
import { ownLease } from "../fakes/attempts.ts";
import { testRunStore } from "./run_store.ts";

testRunStore("memory", () => {
  const store = new MemoryRunStore((lease) => lease.pid > 0);
  return Promise.resolve({
    store,
    other: store,
    deadLease: (token: string) => ({ ...ownLease(token), pid: 0 }),
    age: () => {},
    cleanUp: () => Promise.resolve(),
  });
});

testRunStore("file", async () => {
  const home = await Deno.makeTempDir({ prefix: "store-" });
  const roots = { dataDir: `${home}/data`, logDir: `${home}/logs` };
  return {
    store: new FileRunStore(roots),
    other: new FileRunStore(roots),
    // Our own number with another start time: that process is gone.
    deadLease: (token: string) => ({ ...ownLease(token), startTime: "1" }),
    age: ({ dir, record }, since) => {
      const signs = filesBelow(`${home}/data/proc`).filter((path) => path.includes(record.dagRunId));
      for (const path of [`${dir}/status.jsonl`, ...signs]) Deno.utimeSync(path, since / 1000, since / 1000);
    },
    cleanUp: () => Deno.remove(home, { recursive: true }),
  };
});

function filesBelow(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesBelow(`${folder}/${name}`) : [`${folder}/${name}`]
  );
}
