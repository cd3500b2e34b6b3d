import { assertEquals } from "../../../tests/assert.ts";
import { RotatingLog } from "./rotating_log.ts";

Deno.test("rotating log: a long file is put aside, and only so many stay", async () => {
  const dir = await Deno.makeTempDir({ prefix: "log-" });
  const path = `${dir}/admin/x.log`;
  const log = new RotatingLog({ path, maxBytes: 40, keep: 2 });
  for (let i = 0; i < 20; i++) log.write(`line ${String(i).padStart(4, "0")}\n`);
  log.close();
  const names = [...Deno.readDirSync(`${dir}/admin`)].map((entry) => entry.name).sort();
  assertEquals(names, ["x.log", "x.log.1", "x.log.2"]);
  const lines = ["x.log.2", "x.log.1", "x.log"].flatMap((name) =>
    Deno.readTextFileSync(`${dir}/admin/${name}`).trimEnd().split("\n")
  );
  assertEquals(
    lines,
    Array.from({ length: lines.length }, (_, i) => `line ${String(i + 20 - lines.length).padStart(4, "0")}`),
  );
  assertEquals(Deno.statSync(path).mode! & 0o777, 0o600);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("rotating log: goes on in the file that is there, and without one that cannot be had", async () => {
  const dir = await Deno.makeTempDir({ prefix: "log-" });
  for (const text of ["a\n", "b\n"]) {
    const log = new RotatingLog({ path: `${dir}/x.log`, maxBytes: 100, keep: 1 });
    log.write(text);
    log.close();
  }
  assertEquals(Deno.readTextFileSync(`${dir}/x.log`), "a\nb\n");
  const blocked = new RotatingLog({ path: `${dir}/x.log/y.log`, maxBytes: 100, keep: 1 });
  blocked.write("dropped\n");
  await Deno.remove(dir, { recursive: true });
});
