/** Definitions that are wrong: a position, a non-zero exit code, never a stack trace. */
import { createApp } from "../../src/app/create_app.ts";
import { loadConfig } from "../../src/config/load.ts";
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { Random } from "../fakes/random.ts";
import { play, type Played } from "../support/cli_fakes.ts";
import { Home } from "../support/home.ts";
import { mutate, NASTY } from "../support/mutate.ts";

const WRONG = 200;
const SEED = 20260101;
/** Of them in processes of their own, as a person would start them. */
const IN_PROCESSES = 20;

const SAMPLES = new URL("../data/dags/", import.meta.url);
const POSITION = /^Error: \S*\/bad\.yaml:\d+:\d+: /;

async function samples(): Promise<string[]> {
  const texts: string[] = [];
  for await (const entry of Deno.readDir(SAMPLES)) {
    // Nothing is run here, and a mutated backtick would be.
    const text = await Deno.readTextFile(new URL(entry.name, SAMPLES));
    if (entry.name.endsWith(".yaml") && !text.includes("`")) texts.push(text);
  }
  return texts;
}

function inProcess(home: Home): (...args: string[]) => Promise<Played> {
  return async (...args) => {
    const config = await loadConfig({
      configFile: "",
      daguHome: home.path,
      flags: {},
      env: {},
      cwd: home.path,
      scopes: ["core"],
    });
    return await play(args, { app: createApp(config), loadConfig: () => Promise.resolve(config) });
  };
}

/** What is wrong with the way in which a wrong definition was refused; "" when nothing is. */
function flaw(code: number, output: string): string {
  if (code === 0) return "exit code 0";
  if (/internal error|defect of the program|^ {4}at /m.test(output)) {
    return "a stack trace or an internal error";
  }
  const first = output.split("\n")[0]!;
  if (!POSITION.test(first)) return "no position";
  // deno-lint-ignore no-control-regex
  if (/[\x00-\x08\x0b-\x1f\x7f]/.test(output)) return "control characters";
  return output.length > 100_000 ? "an endless message" : "";
}

Deno.test(`${WRONG} mutated definitions are refused with a position`, async () => {
  await using home = await Home.make();
  const run = inProcess(home);
  const random = new Random(SEED);
  const sources = await samples();
  assert(sources.length > 3, "There are no samples");
  const path = `${home.path}/bad.yaml`;
  let wrong = 0;
  for (let tries = 0; wrong < WRONG; tries++) {
    assert(tries < WRONG * 20, `Only ${wrong} of ${tries} mutated definitions were wrong`);
    const text = mutate(random.pick(sources), random);
    Deno.writeTextFileSync(path, text);
    const validated = await run("validate", path);
    const show = () => `seed ${SEED}, try ${tries}:\n${text}\n=> ${validated.err}`;
    if (validated.code === 0) {
      const { err } = await run("dry", path);
      assert(!/internal error/.test(err), `dry: ${err}\n${show()}`);
      continue;
    }
    wrong++;
    assertEquals(flaw(validated.code, validated.err), "", show());
    // A file that is missing beside the definition is only looked for when a run begins: it has no line then.
    if (/Cannot read the parameter schema/.test(validated.err)) continue;
    const started = await run("start", path);
    assertEquals(flaw(started.code, started.err), "", `start: ${started.err}\n${show()}`);
    if (wrong % (WRONG / IN_PROCESSES) !== 0) continue;
    const real = await home.run([wrong % 20 === 0 ? "validate" : "start", path]);
    assertEquals(flaw(real.code, real.stderr), "", `process: ${real.stderr}\n${show()}`);
    assertEquals(real.stdout, "", show());
  }
  assertEquals(home.files(/dag-run_/), [], "A wrong definition was recorded as a run");
});

for (const [what, text] of Object.entries(NASTY)) {
  Deno.test(`refused: ${what}`, async () => {
    await using home = await Home.make();
    const path = `${home.path}/bad.yaml`;
    Deno.writeTextFileSync(path, text);
    const { code, err } = await inProcess(home)("validate", path);
    assertEquals(flaw(code, err), "", err.slice(0, 500));
  });
}

Deno.test("what is no text file is refused by its name", async () => {
  await using home = await Home.make();
  const run = inProcess(home);
  const bad: Record<string, (path: string) => unknown> = {
    folder: (path) => Deno.mkdirSync(path),
    device: (path) => Deno.symlinkSync("/dev/zero", path),
    pipe: (path) => new Deno.Command("mkfifo", { args: [path] }).outputSync(),
    loop: (path) => Deno.symlinkSync(path, path),
    huge: (path) => Deno.createSync(path).truncateSync(1 << 30),
  };
  for (const [what, make] of Object.entries(bad)) {
    const path = `${home.path}/${what}.yaml`;
    make(path);
    for (const command of ["validate", "start", "dry"]) {
      const { code, err } = await run(command, path);
      assertEquals(code, 1, `${command} ${what}`);
      assertMatch(err, /^Error: Cannot (read|load) /, `${command} ${what}`);
      assert(err.includes(path), err);
    }
  }
});
