/** Runs of definitions at a real engine of containers. */
import type { RunRecord } from "../../src/core/run.ts";
import { assert, assertEquals } from "../assert.ts";
import { testNeeding } from "../needs.ts";
import { containers, docker, IMAGE } from "./docker.ts";
import { Home } from "./home.ts";

/** What most containers of the tests have in common. */
export const C = `image: ${IMAGE}, pullPolicy: never, network: none`;

export interface Ran {
  readonly code: number;
  readonly stderr: string;
  readonly record: RunRecord;
  out(step: string): string;
  err(step: string): string;
  error(step: string): string;
}

export async function ran(home: Home, name: string, code: number, stderr: string): Promise<Ran> {
  const stored = await home.store.latest(name);
  assert(stored, `There is no run of ${name}: ${stderr}`);
  const { record } = stored;
  const node = (step: string) => {
    const found = [...record.nodes, ...Object.values(record.handlers)].find((one) => one.step.name === step);
    assert(found, `There is no step ${step}`);
    return found.state;
  };
  const read = (path: string) => path === "" ? "" : Deno.readTextFileSync(path);
  return {
    code,
    stderr,
    record,
    out: (step) => read(node(step).stdout),
    err: (step) => read(node(step).stderr),
    error: (step) => node(step).error,
  };
}

/** Starts a definition, and tells of its run. */
export async function run(home: Home, text: string, name = "one"): Promise<Ran> {
  const { code, stderr } = await home.run(["start", home.dag(name, text)]);
  return await ran(home, name, code, stderr);
}

/** A test with a home and an engine; nothing of its own may be left at the engine. */
export function engineTest(name: string, fn: (home: Home) => Promise<void>): void {
  testNeeding({
    name: `docker: ${name}`,
    needs: ["docker"],
    fn: async () => {
      await using home = await Home.make();
      try {
        await fn(home);
        assertEquals(await ownContainers(home), [], "Containers are left");
      } finally {
        for (const id of await ownContainers(home)) await docker("rm", "-f", id).catch(() => {});
      }
    },
  });
}

/** Containers that runs of this home have made and not removed. */
export async function ownContainers(home: Home): Promise<string[]> {
  return await containers(`label=dagu.home=${Deno.hostname()}:${home.path}/data`);
}
