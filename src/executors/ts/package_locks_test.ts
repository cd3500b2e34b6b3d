import { assertEquals, assertMatch } from "../../../tests/assert.ts";
import { NpmRegistry } from "../../../tests/support/npm_registry.ts";
import { StepBench, type StepResult } from "../../../tests/support/step_bench.ts";
import { TsExecutor } from "./executor.ts";
import { PackageLocks } from "./package_locks.ts";

/** Runs a step with packages as a machine that has seen none of them. */
async function run(
  bench: StepBench,
  registry: NpmRegistry,
  script: string,
  packages: readonly string[],
  folder = "dags",
): Promise<StepResult> {
  const os = {
    ...Deno.env.toObject(),
    NPM_CONFIG_REGISTRY: registry.url,
    DENO_DIR: Deno.makeTempDirSync({ dir: bench.folder }),
  };
  const executor = new TsExecutor({ os, locks: new PackageLocks(os, `${bench.folder}/cache`) });
  return await bench.run(executor, {
    script,
    executor: { type: "ts", config: {} },
    permissions: { import: packages },
  }, { dag: { location: `${bench.folder}/${folder}/flow.yaml` } });
}

const SCRIPT = 'import { version } from "npm:tiny@1"; console.log(version);';

Deno.test("packages: the first run locks them, later ones get the same", async () => {
  using bench = new StepBench();
  await using registry = new NpmRegistry();
  await Deno.mkdir(`${bench.folder}/dags`);
  registry.publish("tiny", "1.0.0", 'export const version = "1.0.0";');
  registry.publish("other", "1.0.0", "export {};");
  const first = await run(bench, registry, SCRIPT, ["npm:tiny@1"]);
  assertEquals([first.error, first.stdout, first.granted], ["", "1.0.0\n", { import: ["npm:tiny@1"] }]);
  const lock = await Deno.readTextFile(`${bench.folder}/dags/flow.lock`);
  assertMatch(lock, /"npm:tiny@1": "1\.0\.0"[^]*"integrity": "sha512-/);
  registry.publish("tiny", "1.1.0", 'export const version = "1.1.0";');
  assertEquals((await run(bench, registry, SCRIPT, ["npm:tiny@1"])).stdout, "1.0.0\n");
  assertEquals(await Deno.readTextFile(`${bench.folder}/dags/flow.lock`), lock);
  const unnamed = await run(bench, registry, SCRIPT, ["npm:tiny@1", "npm:other@1"]);
  assertMatch(unnamed.error, /^The lock file ".*flow\.lock" does not name "npm:other@1": remove it/);
  registry.publish("tiny", "1.0.0", 'export const version = "forged";');
  assertMatch(
    (await run(bench, registry, SCRIPT, ["npm:tiny@1"])).error,
    /^Cannot fetch npm:tiny@1 .*checksum/,
  );
});

Deno.test("packages: only those that are granted, whatever the code does", async () => {
  using bench = new StepBench();
  await using registry = new NpmRegistry();
  await Deno.mkdir(`${bench.folder}/dags`);
  for (const name of ["tiny", "other"]) registry.publish(name, "1.0.0", 'export const version = "1";');
  for (
    const code of ['import "npm:other@1"', 'await import("npm:" + "other@1")', 'import "npm:tiny@1.0.0"']
  ) {
    const { error, stdout } = await run(bench, registry, `${code}; console.log("in");`, ["npm:tiny@1"]);
    assertMatch(
      error,
      /^Missing permission import "npm:(?:other@1|tiny@1\.0\.0)"/,
      code,
    );
    assertEquals(stdout, "");
  }
  const packages = 'Cannot grant import "example.com" to step "s": name packages as in';
  assertMatch((await run(bench, registry, SCRIPT, ["example.com"])).error, new RegExp(`^${packages}`));
  assertMatch(
    (await run(bench, registry, SCRIPT, ["npm:none@1"], "other")).error,
    /^Cannot fetch npm:none@1 .*none/,
  );
});
