/** `import` from damaged files: what it writes can be loaded and stands in the folder of DAGs, the source is as it was. */
import { createApp } from "../../../src/app/create_app.ts";
import { loadConfig } from "../../../src/config/load.ts";
import { checkDag } from "../../../src/spec/load.ts";
import { assert, assertEquals } from "../../assert.ts";
import { play } from "../../support/cli_fakes.ts";
import { damage } from "../damage.ts";
import { type Damage, doDamage, restore, someDamage, textsBelow } from "../sites/damaged_files.ts";
import type { Target } from "../target.ts";
import { CRONTAB, SERVICE, TIMER } from "./moving_in.ts";

const SOURCE = new Map([
  ["cron.d/backup", CRONTAB],
  ["cron.d/other", "0 5 * * * root echo other\n"],
  ["units/x.timer", TIMER],
  ["units/x.service", SERVICE],
  ["units/x.timer.d/more.conf", "[Timer]\nOnCalendar=\nOnCalendar=daily\n"],
  ["units/y.timer", "[Timer]\nOnCalendar=hourly\nUnit=y.service\n"],
  ["units/y.service", "[Service]\nExecStart=/bin/echo y\n"],
  ["home/config.yaml", "port: 8081\npaths:\n  dagsDir: dags\n"],
  ["home/base.yaml", "env:\n  - A: b\n"],
  ["home/dags/one.yaml", "schedule: '@daily'\nsteps: [echo one]\n"],
  ["home/dags/sub/two.yaml", "steps:\n  - {name: a, command: echo two}\n"],
  ["home/suspend/one.suspend", ""],
]);
const COMMANDS: readonly (readonly string[])[] = [
  ["crontab", "--system", "cron.d"],
  ["crontab", "cron.d"],
  ["systemd", "units"],
  ["systemd", "units/x.timer"],
  ["dagu-home", "home"],
];

interface Input {
  readonly damages: readonly Damage[];
  readonly commands: readonly (readonly string[])[];
}

async function imported(outer: string, { damages, commands }: Input): Promise<string> {
  for (const folder of ["source", "home"]) Deno.mkdirSync(`${outer}/${folder}`, { recursive: true });
  restore(`${outer}/source`, SOURCE);
  restore(`${outer}/home`, new Map());
  for (const damage of damages) {
    try {
      doDamage(`${outer}/source`, damage);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error; // The other damage took it away.
    }
  }
  const before = textsBelow(`${outer}/source`);
  const config = await loadConfig({
    configFile: "",
    daguHome: `${outer}/home`,
    flags: {},
    env: {},
    cwd: outer,
    scopes: ["core"],
  });
  let said = "";
  for (const [what, ...rest] of commands) {
    const args = [
      "import",
      what!,
      ...rest.map((one) => one.startsWith("-") ? one : `${outer}/source/${one}`),
    ];
    const { code, out, err } = await play(args, {
      app: createApp(config),
      loadConfig: () => Promise.resolve(config),
    });
    assert(code === 0 || out + err !== "", `${args.join(" ")}: code ${code} and no word`);
    said += out + err;
  }
  assertEquals(textsBelow(`${outer}/source`), before, "the source");
  assertEquals([...Deno.readDirSync(outer)].map(({ name }) => name).sort(), ["home", "source"]);
  const made = textsBelow(`${outer}/home`);
  for (const [path, text] of made) {
    if (!/^dags\/[^/]+\.yaml$/.test(path) || commands.some(([what]) => what === "dagu-home")) continue;
    assertEquals(checkDag({ text, file: path }).issues, [], path);
  }
  return said;
}

export function importTargets(): Readonly<Record<string, Target>> {
  let outer = "";
  return {
    import: {
      cost: 10,
      make(random) {
        const damages = Array.from({ length: 1 + random.below(3) }, () => {
          if (random.chance(0.5)) return someDamage(SOURCE, random);
          const path = random.pick([
            "cron.d/backup",
            "units/x.timer",
            "units/x.service",
            "units/x.timer.d/more.conf",
          ]);
          return { how: "text", path, text: damage(SOURCE.get(path)!, random) };
        });
        const commands = Array.from({ length: 1 + random.below(2) }, () => random.pick(COMMANDS));
        return JSON.stringify({ damages, commands });
      },
      async check(input) {
        outer ||= Deno.realPathSync(Deno.makeTempDirSync({ prefix: "import-" }));
        return await imported(outer, JSON.parse(input));
      },
      async dispose() {
        if (outer !== "") await Deno.remove(outer, { recursive: true });
      },
    },
  };
}
