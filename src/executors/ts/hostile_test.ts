/** Code of a step that tries what it was not given. */
import { assertEquals, assertMatch } from "../../../tests/assert.ts";
import { attempts } from "../../../tests/hostile/code.ts";
import { StepBench } from "../../../tests/support/step_bench.ts";
import type { PermissionDecl } from "../../core/permissions.ts";
import { TsExecutor } from "./executor.ts";
import { PackageLocks } from "./package_locks.ts";

const SECRET = "kept to itself";

async function hostile(permissions: (folder: string) => PermissionDecl | null): Promise<void> {
  using bench = new StepBench();
  const os = Deno.env.toObject();
  const executor = new TsExecutor({ os, locks: new PackageLocks(os, bench.folder) });
  const hits: string[] = [];
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    hits.push(request.url);
    return new Response(SECRET);
  });
  const secret = `${bench.folder}/secret.txt`;
  await Deno.writeTextFile(secret, SECRET);
  await Deno.mkdir(`${bench.folder}/granted`);
  for (const [name, { code, refused }] of Object.entries(attempts(secret, server.addr.port))) {
    const result = await bench.run(executor, {
      script: code,
      executor: { type: "ts", config: {} },
      permissions: permissions(`${bench.folder}/granted`),
    }, { env: { HOME: "/root" } });
    assertMatch(result.error, refused, name);
    assertEquals(result.stdout, "", name);
  }
  assertEquals(hits, []);
  assertEquals(await Deno.readTextFile(secret), SECRET);
}

Deno.test("ts: without permissions nothing can be touched", () => hostile(() => null));

Deno.test("ts: permissions give what they name and nothing else", () =>
  hostile((folder) => ({
    read: [folder],
    write: [folder],
    net: ["127.0.0.1:1"],
    env: ["LANG"],
    run: ["/bin/false"],
  })));

Deno.test("ts: what is granted works", async () => {
  using bench = new StepBench();
  const os = Deno.env.toObject();
  const executor = new TsExecutor({ os, locks: new PackageLocks(os, bench.folder) });
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response("answer"),
  );
  const { port } = server.addr;
  const { stdout, error } = await bench.run(executor, {
    script: `
      await Deno.writeTextFile("file.txt", "text");
      console.log(await Deno.readTextFile("file.txt"));
      console.log(await (await fetch("http://127.0.0.1:${port}/")).text());
      console.log(Deno.env.get("LANG"));
      console.log(new TextDecoder().decode((await new Deno.Command("echo", { args: ["ran"] }).output()).stdout));
    `,
    executor: { type: "ts", config: {} },
    permissions: {
      read: [bench.folder],
      write: [bench.folder],
      net: [`127.0.0.1:${port}`],
      env: ["LANG"],
      run: ["echo"],
    },
  }, { env: { LANG: "C", PATH: "/usr/bin:/bin" } });
  assertEquals([error, stdout], ["", "text\nanswer\nC\nran\n\n"]);
});
