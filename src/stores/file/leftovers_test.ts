import { assertEquals } from "../../../tests/assert.ts";
import { serveSocket } from "../../platform/socket/socket.ts";
import { findLeftovers, removeLeftovers, removeTemporaries } from "./leftovers.ts";
import { inFolder } from "../../../tests/support/folder.ts";

/** A number that no process has any more. */
async function deadPid(): Promise<number> {
  const child = new Deno.Command("true").spawn();
  await child.status;
  return child.pid;
}

function put(path: string): string {
  Deno.mkdirSync(path.replace(/\/[^/]*$/, ""), { recursive: true });
  Deno.writeTextFileSync(path, "");
  return path;
}

Deno.test("files and folders that nobody finishes any more are found, and nothing else", () =>
  inFolder(async (home) => {
    const dead = await deadPid();
    const roots = { dataDir: `${home}/data`, logDir: `${home}/logs`, dagsDir: `${home}/dags` };
    const day = `${home}/data/dag-runs/d/dag-runs/2026/01/31`;
    const left = [
      put(`${home}/data/.format.json.${dead}-1.tmp`),
      put(`${home}/data/queue/q/.item_low_x.json.${dead}-12.tmp`),
      put(`${home}/dags/team/.etl.yaml.${dead}-3.tmp`),
    ];
    put(`${day}/.new-1/status.jsonl`);
    put(`${day}/.old-1/status.jsonl`);
    put(`${home}/data/queue/q/.item_low_y.json.${Deno.pid}-1.tmp`);
    put(`${home}/data/queue/q/item_low_z.json`);
    put(`${home}/dags/.hidden/.x.yaml.${dead}-1.tmp`);
    put(`${home}/dags/a.tmp`);
    put(`${day}/dag-run_20260131_000000Z_r/attempt_20260131_000000_000Z_a/status.jsonl`);
    Deno.mkdirSync(`${home}/data/sock`);
    const name = (i: number) => `${home}/data/sock/${String(i).padStart(32, "0")}.sock`;
    const server = await serveSocket(name(1), () => {});
    const script = `Deno.listen({ transport: "unix", path: "${name(2)}" }); Deno.kill(Deno.pid, "SIGKILL");`;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["eval", script],
      stdout: "null",
      stderr: "null",
    });
    assertEquals((await child.output()).signal, "SIGKILL");
    try {
      const found = await findLeftovers(roots);
      const expected = [...left, name(2), `${day}/.new-1`, `${day}/.old-1`];
      assertEquals(found.filter((path) => path.startsWith(home)).sort(), expected.sort());
      removeLeftovers(found.filter((path) => path.startsWith(home)));
      assertEquals((await findLeftovers(roots)).filter((path) => path.startsWith(home)), []);
      assertEquals(Deno.statSync(name(1)).isSocket, true);
    } finally {
      server.close();
    }
  }));

Deno.test("what was read from a definition a month ago is read anew", () =>
  inFolder(async (home) => {
    const roots = { dataDir: `${home}/data`, logDir: `${home}/logs`, dagsDir: `${home}/dags` };
    const old = put(`${home}/data/cache/dag-old_yaml-1.json`);
    put(`${home}/data/cache/dag-new_yaml-1.json`);
    const lock = put(`${home}/data/cache/locks/old.lock`);
    for (const path of [old, lock]) Deno.utimeSync(path, 0, Date.now() / 1000 - 31 * 86_400);
    assertEquals((await findLeftovers(roots)).filter((path) => path.startsWith(home)), [old]);
  }));

Deno.test("temporary files of an attempt whose owner is dead go with its end", () =>
  inFolder((home) => {
    put(`${home}/.status.jsonl.12.tmp`);
    put(`${home}/.outputs.json.12-3.tmp`);
    put(`${home}/status.jsonl`);
    removeTemporaries(home);
    assertEquals([...Deno.readDirSync(home)].map((entry) => entry.name), ["status.jsonl"]);
    return Promise.resolve();
  }));
