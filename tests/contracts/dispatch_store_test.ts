import { assertEquals } from "../assert.ts";
import { FileDispatchStore } from "../../src/stores/file/services/dispatch_store.ts";
import { MemoryDispatchStore } from "../../src/stores/memory/dispatch_store.ts";
import { stored, testDispatchStore } from "./dispatch_store.ts";

testDispatchStore("memory", () => {
  const store = new MemoryDispatchStore();
  return Promise.resolve({ store, next: () => store, cleanUp: () => Promise.resolve() });
});

interface Home extends AsyncDisposable {
  readonly root: string;
  readonly bad: string[];
  open(epoch: number): FileDispatchStore;
}

async function aHome(): Promise<Home> {
  const root = `${await Deno.makeTempDir({ prefix: "tasks-" })}/tasks`;
  const bad: string[] = [];
  return {
    root,
    bad,
    open: (epoch) => new FileDispatchStore({ root, epoch, onBad: (_, problem) => bad.push(problem) }),
    [Symbol.asyncDispose]: () => Deno.remove(`${root}/..`, { recursive: true }),
  };
}

testDispatchStore("file", async () => {
  const home = await aHome();
  let epoch = 1;
  return {
    store: home.open(epoch),
    next: () => home.open(++epoch),
    cleanUp: async () => await home[Symbol.asyncDispose](),
  };
});

Deno.test("dispatch store (file): what an earlier coordinator writes late counts for nothing", async () => {
  await using home = await aHome();
  const early = home.open(1);
  await early.put(stored("aa", { attempt: 1 }));
  const next = home.open(2);
  assertEquals((await next.all()).map(({ attempt }) => attempt), [1]);
  await next.put(stored("aa", { attempt: 2 }));
  await early.put(stored("aa", { attempt: 1 }));
  assertEquals((await home.open(3).all()).map(({ attempt }) => attempt), [2]);
});

Deno.test("dispatch store (file): a file that cannot be read is put aside, and told of", async () => {
  await using home = await aHome();
  const store = home.open(1);
  await store.put(stored("aa"));
  for (const [name, content] of [["bb.1", "{"], ["cc.1", "[]"], ["dd.1", '{"task":{}}']]) {
    Deno.writeTextFileSync(`${home.root}/${name}.json`, content!);
  }
  Deno.writeTextFileSync(`${home.root}/README`, "");
  assertEquals((await home.open(2).all()).map(({ taskId }) => taskId), ["aa"]);
  assertEquals(home.bad.length, 3);
  const names = [...Deno.readDirSync(`${home.root}/bad`)].map(({ name }) => name).sort();
  assertEquals(names, ["bb.1.json", "cc.1.json", "dd.1.json"]);
});

Deno.test("dispatch store (file): only the owner may read", async () => {
  await using home = await aHome();
  const mask = Deno.umask(0o022);
  try {
    await home.open(1).put(stored("aa"));
  } finally {
    Deno.umask(mask);
  }
  assertEquals(Deno.statSync(`${home.root}/aa.1.json`).mode! & 0o777, 0o600);
  assertEquals(Deno.statSync(home.root).mode! & 0o777, 0o700);
});
