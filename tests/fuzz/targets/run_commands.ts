/** Commands about a run of which one file is damaged: a clear answer, and the other runs are as they were. */
import { createApp } from "../../../src/app/create_app.ts";
import type { Config } from "../../../src/config/config.ts";
import { loadConfig } from "../../../src/config/load.ts";
import { assert, assertEquals } from "../../assert.ts";
import { play, type Played } from "../../support/cli_fakes.ts";
import { Home } from "../../support/home.ts";
import { type Damage, doDamage, restore, someDamage, textsBelow } from "../sites/damaged_files.ts";
import type { Target } from "../target.ts";

const COMMANDS: readonly (readonly string[])[] = [
  ["retry", "--run-id", "bad", "fails"],
  ["retry", "--run-id", "bad", "--step", "b", "fails"],
  ["restart", "fails"],
  ["restart", "waits"],
  ["status", "fails"],
  ["status", "--run-id", "held", "waits"],
  ["history"],
  ["logs", "--run-id", "bad", "fails"],
  ["stop", "waits"],
  ["stop", "--run-id", "queued", "fails"],
  ["approve", "--run-id", "held", "--step", "ask", "waits"],
  ["reject", "--run-id", "held", "--step", "ask", "waits"],
  ["dequeue", "lane"],
  ["dequeue", "lane", "--dag-run", "fails:queued"],
  ["queue", "list"],
  ["why", "fails", "queued"],
  ["cleanup", "--yes", "fails"],
  ["doctor"],
];
const FAILS =
  "queue: lane\nsteps:\n  - {name: a, command: echo out, output: X}\n  - {name: b, command: exit 3}\n";
const WAITS = "steps:\n  - {name: ask, type: hitl}\n  - {name: then, command: 'true'}\n";
/** Far more than such a run takes. */
const LIMIT_MS = 8000;

interface Input {
  readonly damage: Damage;
  readonly commands: readonly (readonly string[])[];
}

/** A home with a run of each kind, made anew for each input. */
class RunsHome {
  private constructor(
    readonly home: Home,
    readonly config: Config,
    readonly sound: ReadonlyMap<string, string>,
  ) {}

  static async make(): Promise<RunsHome> {
    const home = await Home.make();
    home.dag("fails", FAILS);
    home.dag("waits", WAITS);
    home.dag("good", "steps:\n  - {name: a, command: echo good}\n");
    const config = await loadConfig({
      configFile: "",
      daguHome: home.path,
      flags: {},
      env: {},
      cwd: home.path,
      scopes: ["core"],
    });
    const made = new RunsHome(home, config, new Map());
    await made.run(["start", "-q", "--run-id", "good", "good"]);
    await made.run(["start", "-q", "--run-id", "bad", "fails"]);
    await made.run(["start", "-q", "--run-id", "held", "waits"]);
    await made.run(["enqueue", "-q", "--run-id", "queued", "fails"]);
    const sound = textsBelow(`${home.path}/data`);
    for (const id of ["good", "bad", "held", "queued"]) {
      assert([...sound.keys()].some((path) => path.includes(`_${id}`)), `no run ${id}`);
    }
    return new RunsHome(home, config, sound);
  }

  async run(args: readonly string[]): Promise<Played> {
    const { config } = this;
    const { promise, resolve } = Promise.withResolvers<Played>();
    const limit = setTimeout(
      () => resolve({ code: -1, out: "", err: `No end within ${LIMIT_MS} ms` }),
      LIMIT_MS,
    );
    const played = play(args, { app: createApp(config), loadConfig: () => Promise.resolve(config) });
    return await Promise.race([played, promise]).finally(() => clearTimeout(limit));
  }

  async answers({ damage, commands }: Input): Promise<string> {
    const data = `${this.home.path}/data`;
    restore(data, this.sound);
    doDamage(data, damage);
    let said = "";
    for (const args of commands) {
      const { code, out, err } = await this.run(args);
      assert(code >= 0, `${args.join(" ")}: ${err}`);
      assert(code === 0 || err !== "" || out !== "", `${args.join(" ")}: code ${code} and no word`);
      said += out + err;
    }
    const after = textsBelow(data);
    for (const [path, text] of this.sound) {
      if (/\/dag-runs\/.*_good\//.test(`/${path}`) && !("path" in damage && damage.path === path)) {
        assertEquals(after.get(path), text, path);
      }
    }
    return said;
  }
}

export function runCommandTargets(): Readonly<Record<string, Target>> {
  let opened: Promise<RunsHome> | null = null;
  const home = () => opened ??= RunsHome.make();
  return {
    "run commands": {
      cost: 20,
      async make(random) {
        const { sound } = await home();
        const bad = new Map([...sound].filter(([path]) => /_bad|_held|_queued|queue\//.test(path)));
        const commands = Array.from({ length: 1 + random.below(3) }, () => random.pick(COMMANDS));
        return JSON.stringify({ damage: someDamage(bad, random), commands });
      },
      async check(input) {
        return await (await home()).answers(JSON.parse(input));
      },
      async dispose() {
        await (await opened)?.home[Symbol.asyncDispose]();
      },
    },
  };
}
