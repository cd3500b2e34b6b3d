import { assertEquals } from "../assert.ts";
import { FileRegistry } from "../../src/stores/file/services/registry.ts";
import { MemoryRegistry } from "../../src/stores/memory/registry.ts";
import { hostName } from "../../src/platform/process/identity.ts";
import { testRegistry } from "./registry.ts";

testRegistry("memory", () => {
  const registry = new MemoryRegistry();
  return Promise.resolve({ registry, other: registry, cleanUp: () => Promise.resolve() });
});

testRegistry("file", async () => {
  const root = await Deno.makeTempDir({ prefix: "registry-" });
  return {
    registry: new FileRegistry(root),
    other: new FileRegistry(root),
    cleanUp: () => Deno.remove(root, { recursive: true }),
  };
});

Deno.test("registry (file): entries have the form of Dagu's, and Dagu's are understood", async () => {
  const root = await Deno.makeTempDir({ prefix: "registry-" });
  const registry = new FileRegistry(root);
  const entry = registry.register("coordinator", { id: "h.x@50055", host: "h", port: 50055 });
  entry.active = true;
  const { startedAt, ...rest } = JSON.parse(Deno.readTextFileSync(`${root}/coordinator/h_x_50055.json`));
  assertEquals(rest, { id: "h.x@50055", host: "h", port: 50055, pid: Deno.pid, status: 1 });
  assertEquals(Number.isNaN(Date.parse(startedAt)), false);
  entry.remove();
  const dagu = { id: "d@1", host: "d", port: 1, pid: 7, status: 1, startedAt: "2026-11-22T20:26:43.1Z" };
  Deno.writeTextFileSync(`${root}/coordinator/d_1.json`, JSON.stringify(dagu));
  Deno.writeTextFileSync(`${root}/coordinator/broken.json`, "{");
  Deno.writeTextFileSync(`${root}/coordinator/null.json`, "null");
  Deno.writeTextFileSync(`${root}/coordinator/d_1.json.gc.1.2`, JSON.stringify(dagu));
  assertEquals(registry.services("coordinator").map(({ id, startedAt }) => [id, startedAt]), [
    ["d@1", Date.parse("2026-11-22T20:26:43.1Z")],
  ]);
  await Deno.remove(root, { recursive: true });
});

Deno.test("registry (file): silent entries are passed over, and go with the next one that begins", async () => {
  const root = await Deno.makeTempDir({ prefix: "registry-" });
  let now = Date.now();
  const registry = new FileRegistry(root, () => now);
  Deno.mkdirSync(`${root}/worker`, { recursive: true });
  Deno.writeTextFileSync(`${root}/worker/old.json`, JSON.stringify({ id: "old" }));
  assertEquals(registry.services("worker").length, 1);
  now += 31_000;
  assertEquals(registry.services("worker"), []);
  const entry = registry.register("worker", { id: "new", host: "", port: 0 });
  assertEquals([...Deno.readDirSync(`${root}/worker`)].map(({ name }) => name), ["new.json"]);
  entry.remove();
  await Deno.remove(root, { recursive: true });
});

Deno.test("registry (file): a process of this machine that was killed is not found any more", async () => {
  const root = await Deno.makeTempDir({ prefix: "registry-" });
  const child = new Deno.Command("true").spawn();
  await child.status;
  Deno.mkdirSync(`${root}/coordinator`, { recursive: true });
  const entry = (id: string) => JSON.stringify({ id, host: "h", port: 1, pid: child.pid, status: 1 });
  Deno.writeTextFileSync(`${root}/coordinator/a.json`, entry(`${hostName()}@1`));
  Deno.writeTextFileSync(`${root}/coordinator/b.json`, entry("elsewhere@1"));
  assertEquals(new FileRegistry(root).services("coordinator").map(({ id }) => id), ["elsewhere@1"]);
  await Deno.remove(root, { recursive: true });
});
