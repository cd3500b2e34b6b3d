import { assertEquals } from "../../../tests/assert.ts";
import { TextCache } from "./text_cache.ts";

async function withCache(body: (cache: TextCache, dir: string) => void): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    body(new TextCache(`${dir}/cache`), `${dir}/cache`);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("an entry answers for its very texts only", () =>
  withCache((cache, dir) => {
    assertEquals(cache.read("e", ["a", null]), undefined);
    cache.write("e", ["a", null], { x: [1] });
    assertEquals(cache.read("e", ["a", null]), { x: [1] });
    assertEquals(cache.read("e", ["a", ""]), undefined);
    assertEquals(cache.read("e", ["a"]), undefined);
    assertEquals(cache.read("e", ["b", null]), undefined);
    assertEquals(Deno.statSync(`${dir}/e`).mode! & 0o777, 0o600);
  }));

Deno.test("a damaged entry does not answer, and is replaced", () =>
  withCache((cache, dir) => {
    cache.write("e", ["a"], 1);
    for (const damage of ["", "{", "null", '{"version":"0","texts":["a"],"value":2}']) {
      Deno.writeTextFileSync(`${dir}/e`, damage);
      assertEquals(cache.read("e", ["a"]), undefined);
    }
    cache.write("e", ["a"], 3);
    assertEquals(cache.read("e", ["a"]), 3);
  }));

Deno.test("a folder that cannot be made is no failure", () => {
  const cache = new TextCache("/dev/null/cache");
  cache.write("e", ["a"], 1);
  assertEquals(cache.read("e", ["a"]), undefined);
});

Deno.test("a pipe in the place of an entry keeps nobody waiting", async () => {
  const dir = Deno.makeTempDirSync();
  try {
    await new Deno.Command("mkfifo", { args: [`${dir}/e`] }).output();
    assertEquals(new TextCache(dir).read("e", ["a"]), undefined);
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
});
