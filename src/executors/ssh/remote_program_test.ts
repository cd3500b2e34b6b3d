import { assert, assertEquals, assertRejects } from "../../../tests/assert.ts";
import { makeDag, makeStep } from "../../../tests/fakes/dags.ts";
import { needs, testNeeding } from "../../../tests/needs.ts";
import type { Shell, Step } from "../../core/dag.ts";
import { DaguError } from "../../core/errors.ts";
import { Scope } from "../../eval/scope.ts";
import type { StepTask } from "../../ports/executor.ts";
import { remotePrograms } from "./remote_program.ts";
import type { RemoteProgram } from "./request.ts";

const HOSTILE = `a  b'"\\$(touch HACKED)\`touch HACKED\`;touch HACKED\n*~ü💥 \${HOME} #x`;
const SH: Shell = { program: "/bin/sh", args: ["-e"] };

interface Setting {
  readonly shell?: Shell | null;
  readonly values?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

function programs(given: Partial<Step>, { shell = null, values = {}, env = {} }: Setting = {}) {
  const entries = Object.entries(env).map(([name, value]) => ({ name, value }));
  const step = makeStep("s", { commands: [], env: entries, ...given });
  const scope = new Scope(
    { params: new Map(Object.entries(values)), host: { HOME: "/local", PATH: "/local" } },
    { env: new Map(Object.entries(env)), step: new Map([["PWD", "/local/dir"]]) },
  );
  const task = {
    dag: makeDag([step]),
    step,
    variables: scope,
    env: { PATH: Deno.env.get("PATH") ?? "" },
    workingDir: "/",
  } as unknown as StepTask;
  return remotePrograms(task, shell);
}

function command(...texts: string[]): Pick<Step, "commands"> {
  return { commands: texts.map((text) => ({ text, args: null })) };
}

/** As the server does it: the text goes to the login shell of the user. */
async function run({ command, stdin }: RemoteProgram, login = "/bin/sh"): Promise<string> {
  const folder = await Deno.makeTempDir();
  try {
    const child = new Deno.Command(login, {
      args: ["-c", command],
      cwd: folder,
      env: { HOME: "/far", PATH: Deno.env.get("PATH") ?? "" },
      clearEnv: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(stdin)).then(() => writer.close()).catch(() => {});
    const { stdout, stderr, code } = await child.output();
    assertEquals([...Deno.readDirSync(folder)].map((entry) => entry.name), [], "a value was run");
    const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    return code === 0 ? text : `${text}(${code})`;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function result(step: Partial<Step>, setting: Setting = {}, login?: string): Promise<string> {
  return (await Promise.all((await programs(step, setting)).map((one) => run(one, login)))).join("|");
}

Deno.test("remote program: without a shell words are what they are", async () => {
  const values = { V: HOSTILE, E: "" };
  assertEquals(
    await result(command(`printf '<%s>' $V "$V" '$V' $E x;y '|' "a  b" *`), { values }),
    [
      `<${HOSTILE}>`,
      `<${HOSTILE}>`,
      "<$V><><x;y><|><a  b><*>",
    ].join(""),
  );
  assertEquals(
    await result(command("printf %s $HOME", "echo `echo local $V`"), { values: { V: "v" } }),
    "$HOME|local v\n",
  );
  await assertRejects(() => programs(command("echo `exit 3`")), DaguError, "exit status 3");
});

Deno.test("remote program: without a shell the step's variables and long commands are no arguments", async () => {
  const env = { V: HOSTILE, W: "w" };
  const [program] = await programs(command("printenv V"), { env });
  assert(!program!.command.includes("touch"));
  assertEquals(await run(program!), HOSTILE + "\n");
  const long = "x".repeat(100_000);
  const [large] = await programs(command("printf %s%.1s $L $L"), { values: { L: long } });
  assert(large!.command.length < 1000);
  assertEquals((await run(large!)).length, long.length + 1);
});

Deno.test("remote program: a shell gets values as variables", async () => {
  const setting = { shell: SH, values: { V: HOSTILE, J: '{"a":{"b":"x y"}}', 1: "first arg" } };
  const text =
    `printf '<%s>' "$V" "\${V}" "pre$V" "\${J.a.b}" "$1" "\${U:-none}" '\${V}' "$HOME" "\${PWD##*/tmp}" | head -c 9999`;
  const printed = await result(command(text.replace(' "${PWD##*/tmp}"', "")), setting);
  assertEquals(
    printed,
    `<${HOSTILE}><${HOSTILE}><pre${HOSTILE}><x y><first arg><none><\${V}></far>`,
  );
  const [program] = await programs(command("echo $V"), setting);
  assert(!program!.command.includes("touch"), "no value in the arguments");
  assertEquals(await result(command('test "$PWD" != /local/dir; cat; exit 4'), setting), "(4)");
});

Deno.test("remote program: values that a shell takes part in reach what it starts", async () => {
  const setting = { shell: SH, values: { V: HOSTILE }, env: { OWN: "own", BIG: "b".repeat(200_000) } };
  assertEquals(
    await result(command('sh -c \'echo "$OWN"\'; printf %s "$V" | cat'), setting),
    "own\n" + HOSTILE,
  );
  assertEquals(await result(command("echo ${#BIG}"), setting), "200000\n");
});

Deno.test("remote program: a shell stops by its own rules", async () => {
  assertEquals(await result(command("false; echo on"), { shell: SH }), "(1)");
  assertEquals(await result(command("false; echo on"), { shell: { program: "sh", args: [] } }), "on\n");
  assertEquals(
    await result(command("false; echo on"), { shell: { program: "bash", args: ["-e", "-c"] } }),
    "(1)",
  );
});

Deno.test("remote program: scripts", async () => {
  const values = { V: HOSTILE };
  assertEquals(await result({ script: 'printf %s "$V"\ncat\nfalse\necho on' }, { values }), `${HOSTILE}(1)`);
  assertEquals(await result({ script: "cat <<E\n$V\nE\n" }, { values: { V: "a'b" } }), "a'b\n");
  assertEquals(
    await result({ script: "#!/bin/bash -e\necho ${BASH_VERSION:+bash} $V; false; echo on" }, {
      values: { V: "v" },
    }),
    "bash v\n(1)",
  );
  assertEquals(
    await result({ script: "echo $0" }, { shell: { program: "/bin/bash", args: [] } }),
    "/bin/bash\n",
  );
});

testNeeding({
  name: "remote program: scripts of other languages",
  needs: ["python3"],
  fn: async () => {
    const script =
      '#!/usr/bin/env python3\nimport os, sys\nprint(["${V}"], os.environ.get("OWN"), sys.stdin.read())\n';
    assertEquals(await result({ script }, { values: { V: 'x"y' } }), "['x\"y'] None \n");
    // The shell of the host is for what says nothing else.
    assertEquals(await result({ script }, { shell: SH, values: { V: "v" } }), "['v'] None \n");
    const own = "a'b\\n\n$(id)\\\\ü";
    const printed = await result({ script }, { values: { V: "v" }, env: { OWN: own } });
    assertEquals(printed, `['v'] ${own} \n`);
    assertEquals(await result({ ...command("python3 -"), script: "print(6 * 7)" }), "42\n");
  },
});

Deno.test("remote program: a script of a command", async () => {
  assertEquals(await result({ ...command("cat -"), script: "text $V" }, { values: { V: "v" } }), "text v");
  const values = { V: HOSTILE };
  assertEquals(await result({ ...command("env sh -s"), script: 'printf %s "$V"' }, { values }), HOSTILE);
});

testNeeding({
  name: "remote program: fish",
  needs: ["fish"],
  fn: async () => {
    const { path } = needs("fish");
    const setting = { shell: { program: path, args: [] }, values: { V: HOSTILE }, env: { OWN: "o'\\w" } };
    assertEquals(
      await result(command('printf "%s|" "$V" "{$V}" (sh -c "echo \\"\\$OWN\\""); exit 4'), setting),
      [
        `${HOSTILE}|{${HOSTILE}}|o'\\w|(4)`,
      ].join(""),
    );
    // The user's own shell may be fish as well.
    assertEquals(await result(command("printf %s $V"), { values: { V: HOSTILE } }, path), HOSTILE);
    assertEquals(
      await result(command('printf %s "$V"'), { shell: SH, values: { V: HOSTILE } }, path),
      HOSTILE,
    );
  },
});

Deno.test("remote program: PowerShell gets its program encoded", async () => {
  const shell = { program: "pwsh", args: [] };
  const [program] = await programs(command('Write-Output "$V"'), { shell, values: { V: "it's ü" } });
  const [head, encoded] = program!.command.split(" -EncodedCommand ");
  assertEquals(head, "pwsh -NoProfile -NonInteractive");
  const bytes = Uint8Array.from(atob(encoded!), (char) => char.charCodeAt(0));
  assertEquals(new TextDecoder("utf-16le").decode(bytes), `$env:V = 'it''s ü'; Write-Output "\${env:V}"`);
});

Deno.test("remote program: a name that no shell has is refused", async () => {
  const env = { "A-B": "x" };
  await assertRejects(() => programs(command("true"), { env }), DaguError, '"A-B"');
});
