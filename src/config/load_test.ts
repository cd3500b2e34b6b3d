import { assert, assertEquals, assertMatch, assertRejects } from "../../tests/assert.ts";
import { DaguError } from "../core/errors.ts";
import { loadConfig, type LoadConfigInput } from "./load.ts";
import { inFolder } from "../../tests/support/folder.ts";

async function withFiles(files: Record<string, string>, run: (dir: string) => Promise<void>): Promise<void> {
  await inFolder(async (dir) => {
    for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(`${dir}/${name}`, text);
    await run(dir);
  });
}

function load(dir: string, change: Partial<LoadConfigInput> = {}) {
  const plain = { configFile: "", daguHome: "", flags: {}, cwd: dir, scopes: ["core"] as const };
  return loadConfig({ ...plain, env: { HOME: `${dir}/none`, DAGU_HOME: dir }, ...change });
}

Deno.test("load: no file gives the defaults", () =>
  withFiles({}, async (dir) => {
    const config = await load(dir);
    assertEquals(config.paths.dagsDir, `${dir}/dags`);
    assertEquals(config.files, []);
  }));

Deno.test("load: config.yaml and admin.yaml on top of it", () =>
  withFiles(
    { "config.yaml": "debug: true\nlogDir: /a\n", "admin.yaml": "LogDir: /b\n" },
    async (dir) => {
      const config = await load(dir);
      assertEquals(config.debug, true);
      assertEquals(config.paths.logDir, "/b");
      assertEquals(config.files, [`${dir}/config.yaml`, `${dir}/admin.yaml`]);
    },
  ));

Deno.test("load: an empty file is as good as none", () =>
  withFiles({ "config.yaml": "# nothing\n" }, async (dir) => {
    assertEquals((await load(dir)).port, 8080);
  }));

Deno.test("load: --config names another file, which must exist", () =>
  withFiles({ "other.yaml": "tz: Asia/Tokyo\n" }, async (dir) => {
    assertEquals((await load(dir, { configFile: "other.yaml" })).tz, "Asia/Tokyo");
    await assertRejects(
      () => load(dir, { configFile: "nope.yaml" }),
      DaguError,
      `"${dir}/nope.yaml": no such file`,
    );
  }));

Deno.test("load: mistakes name file, line and column", () =>
  withFiles({ "config.yaml": "debug: true\npaths: {dagsDir: x}\nPORT: abc\n" }, async (dir) => {
    const error = await assertRejects(() => load(dir), DaguError, "Initialization error");
    assertMatch(error.message, /config\.yaml:3:7: key 'port': "abc" is not a whole number/);
  }));

Deno.test("load: broken YAML names the place", () =>
  withFiles({ "config.yaml": "a: 1\nport: [1\n" }, async (dir) => {
    const error = await assertRejects(() => load(dir), DaguError, "Initialization error");
    assertMatch(error.message, /config\.yaml:\d+:\d+: /);
  }));

Deno.test("load: an old ~/.dagu is used and named", () =>
  withFiles({}, async (dir) => {
    await Deno.mkdir(`${dir}/.dagu`);
    const config = await load(dir, { env: { HOME: dir } });
    assertEquals(config.layout.home, `${dir}/.dagu`);
    assert(config.warnings[0]!.includes("old place"));
  }));
