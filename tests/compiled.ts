/** The compiled program, which `COMPILED` names, without Deno where none is needed: TypeScript steps, and code that is hostile. */
import { assert, assertEquals, assertMatch } from "./assert.ts";
import { VERSION } from "../src/core/version.ts";
import { attempts } from "./hostile/code.ts";
import { testNeeding } from "./needs.ts";
import { inFolder } from "./support/folder.ts";

const PROGRAM = Deno.env.get("COMPILED") ?? "";
const SECRET = "kept to itself";

interface Step {
  readonly name: string;
  readonly script: string;
  readonly permissions?: object;
  readonly config?: object;
  readonly timeoutSec?: number;
}

/** Runs TypeScript steps that do not wait for each other; the errors of those that failed, and what was printed. */
async function run(folder: string, steps: readonly Step[], more: Record<string, string> = {}) {
  assert(PROGRAM !== "", "COMPILED does not name the program");
  const file = `${folder}/flow.yaml`;
  const all = steps.map(({ script, ...step }) => ({ type: "ts", ...step, ...(script ? { script } : {}) }));
  await Deno.writeTextFile(file, JSON.stringify({ type: "graph", maxActiveSteps: 2, steps: all }));
  const dagu = (...args: string[]) =>
    new Deno.Command(PROGRAM, {
      args,
      clearEnv: true,
      env: { PATH: "/usr/bin:/bin", HOME: folder, DAGU_HOME: `${folder}/home`, SHELL: "/bin/sh", ...more },
      stdin: "null",
    }).output();
  await dagu("start", "--quiet", file);
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const status = JSON.parse(text((await dagu("status", "--json", file)).stdout));
  const errors = new Map<string, string>();
  for (const { name, error } of status.steps) errors.set(name, error);
  return { errors, printed: text((await dagu("logs", "--stdout", file)).stdout) };
}

Deno.test("compiled: TypeScript steps run, are typed away, are granted what they name", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/lib.ts`, "export enum E { A = 40 }\nexport const two: number = 2;\n");
    await Deno.writeTextFile(
      `${folder}/main.ts`,
      'import { E, two } from "./lib.ts";\nexport default () => console.log(E.A + two);\n',
    );
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      () => new Response("answer"),
    );
    const { errors, printed } = await run(folder, [
      { name: "file", script: "", config: { file: "main.ts" }, permissions: { read: ["lib.ts"] } },
      {
        name: "net",
        script: `console.log(await (await fetch("http://localhost:${server.addr.port}/")).text());`,
        permissions: { net: ["localhost"] },
      },
      {
        name: "files",
        script: `
          await Deno.writeTextFile("made.txt", "made");
          console.log(await Deno.readTextFile("made.txt"));
          for (const { name } of Deno.readDirSync(".")) if (name === "lib.ts") console.log(name);
        `,
        permissions: { read: ["."], write: ["made.txt"] },
      },
      {
        name: "run",
        script: `console.log((await new Deno.Command("cat", { args: ["lib.ts"] }).output()).success);`,
        permissions: { run: ["cat"] },
      },
    ]);
    assertEquals([...errors.values()].filter((error) => error !== ""), []);
    assertEquals(printed.trim().split("\n").sort(), [
      "[file] 42",
      "[files] lib.ts",
      "[files] made",
      "[net] answer",
      "[run] true",
    ]);
  }));

Deno.test("compiled: packages are loaded by the Deno on the PATH, and refused without one", () =>
  inFolder(async (folder) => {
    const croner = "npm:croner@11.0.1";
    const step = {
      name: "packages",
      script: `import { Cron } from "${croner}"; console.log(new Cron("0 0 * * *").getPattern());`,
      permissions: { import: [croner] },
    };
    const none = await run(folder, [step], { PATH: folder }); // One may stand in /usr/bin.
    assertMatch(none.errors.get("packages") ?? "", /need a program "deno" on the PATH/);
    await Deno.symlink(Deno.execPath(), `${folder}/deno`);
    const { errors, printed } = await run(folder, [step], {
      ...Deno.env.toObject(), // The registry of this machine may need some of it.
      PATH: `${folder}:/usr/bin:/bin`,
      DAGU_HOME: `${folder}/home`,
    });
    assertEquals([errors.get("packages"), printed.trim()], ["", "[packages] 0 0 * * *"]);
  }));

Deno.test("compiled: hostile code of a TypeScript step", () =>
  inFolder(async (folder) => {
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      () => new Response(SECRET),
    );
    const secret = `${folder}/secret.txt`;
    await Deno.writeTextFile(secret, SECRET);
    const all = Object.entries(attempts(secret, server.addr.port));
    const { errors, printed } = await run(folder, all.map(([name, { code }]) => ({ name, script: code })));
    for (const [name, { refused }] of all) assertMatch(errors.get(name) ?? "", refused, name);
    assertEquals(printed.includes(SECRET), false, printed);
    assertEquals(await Deno.readTextFile(secret), SECRET);
  }));

Deno.test("compiled: the kernel refuses what code reads by loading, whatever the code has replaced", () =>
  inFolder(async (folder) => {
    const secret = `${folder}/secret.txt`;
    await Deno.writeTextFile(secret, SECRET);
    const load = `import("file://${secret}", { with: { type: "text" } })`;
    const steps = {
      "replaced functions": `RegExp.prototype.test = () => false; console.log((await ${load}).default);`,
      "other hooks": `
        import { registerHooks } from "node:module";
        registerHooks({ resolve: () => ({ url: "file://${secret}", shortCircuit: true }) });
        console.log((await import("x:y", { with: { type: "text" } })).default);
      `,
      "a thread": `
        import { Worker } from "node:worker_threads";
        const code = 'import { parentPort } from "node:worker_threads";' +
          '${load}.then((m) => parentPort.postMessage(m.default), (e) => parentPort.postMessage(e.message))';
        const thread = new Worker(new URL("data:text/javascript," + encodeURIComponent(code)));
        throw new Error(await new Promise((resolve) => thread.on("message", resolve).on("error", resolve)));
      `,
    };
    const all = Object.entries(steps).map(([name, script]) => ({ name, script, timeoutSec: 60 }));
    const { errors, printed } = await run(folder, all);
    for (const [name, error] of errors) {
      assertMatch(error, /Permission denied|PermissionDenied|is not for steps/, name);
      assertEquals(error.includes(SECRET), false, name);
    }
    assertEquals(printed, "");
  }));

Deno.test("compiled: is one file that needs nothing beside it", () =>
  inFolder(async (folder) => {
    const alone = `${folder}/alone`;
    await Deno.mkdir(alone);
    const { code, stdout, stderr } = await new Deno.Command("/bin/sh", {
      args: ["-c", `cd "${alone}" && exec "$1" version`, "-", PROGRAM],
      clearEnv: true,
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    assertEquals([code, text(stderr), text(stdout)], [0, "", `${VERSION}\n`]);
    assertEquals([...Deno.readDirSync(alone)], []);
  }));

/** What somebody without any rights does on a system that cannot be written, with nothing in the environment. */
const NEWCOMER = `
  set -e
  dagu() { ../dagu "$@"; }
  dagu init
  dagu start --quiet hello -- WHO=nobody
  dagu logs hello
  ../dagu start-all --quiet & service=$!
  for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    ! dagu health 2>/dev/null || break
    sleep 0.5
  done
  dagu doctor --json > doctor.json || true
  grep -q '"settings"' doctor.json
  kill $service && wait $service
  ls -A /tmp
`;

testNeeding({
  name: "compiled: read-only root, unprivileged user, empty folder, empty environment",
  needs: ["bwrap"],
  fn: () =>
    inFolder(async (folder) => {
      await Deno.chmod(folder, 0o755);
      await Deno.copyFile(PROGRAM, `${folder}/dagu`);
      await Deno.chmod(`${folder}/dagu`, 0o755);
      const bwrap = [
        ...["bwrap", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"],
        ...["--ro-bind", `${folder}/dagu`, "/tmp/dagu", "--tmpfs", "/tmp/empty", "--chdir", "/tmp/empty"],
        ...["--clearenv", "--unshare-all", "--die-with-parent", "/bin/sh", "-c", NEWCOMER],
      ];
      const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs"];
      const [program, ...args] = Deno.uid() === 0 ? [...nobody, ...bwrap] : bwrap;
      const { code, stdout, stderr } = await new Deno.Command(program!, { args, stdin: "null" }).output();
      const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
      assertEquals(code, 0, text(stdout) + text(stderr));
      assertMatch(text(stdout), /\[tell\] "Hello, nobody!" has 14 characters/);
      // No cache of code, nothing that was unpacked.
      assertMatch(text(stdout), /\ndagu\nempty\n$/);
    }),
});
