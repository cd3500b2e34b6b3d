import { assert, assertEquals } from "../assert.ts";

Deno.test("the library runs a DAG in the process of its caller", async () => {
  const home = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(
      `${home}/flow.yaml`,
      "params: WHO=world\nsteps:\n  - command: echo hello ${WHO}\n    output: SAID\n",
    );
    const program = `
      import { openApp, RunStatus, START_DEFAULTS } from ${
      JSON.stringify(new URL("../../mod.ts", import.meta.url).href)
    };
      const app = await openApp();
      const seen = [];
      const { record } = await app.start({
        ...START_DEFAULTS,
        dag: ${JSON.stringify(`${home}/flow.yaml`)},
        params: { kind: "args", args: ["WHO=library"] },
        observer: { onStart: () => seen.push("start"), onEvent: (event) => seen.push(event.kind) },
      });
      console.log(JSON.stringify([record.status === RunStatus.Succeeded, record.nodes[0].state.outputs, seen[0], seen.includes("node")]));
    `;
    const file = `${home}/program.ts`;
    await Deno.writeTextFile(file, program);
    const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "--no-check",
        "--config",
        new URL("../../deno.json", import.meta.url).pathname,
        file,
      ],
      env: { DAGU_HOME: `${home}/home` },
    }).output();
    assert(success, new TextDecoder().decode(stderr));
    assertEquals(JSON.parse(new TextDecoder().decode(stdout)), [
      true,
      { SAID: "hello library" },
      "start",
      true,
    ]);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});
