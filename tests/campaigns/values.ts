/**
 * Values that want to be commands: each from every source that a value can come from, in every place where it can be
 * used. None may be executed, each has to arrive byte for byte.
 *
 *     deno run -A tests/campaigns/values.ts [SOURCE ...]
 *
 * `OURS` names a compiled program to test instead of the sources.
 */
import { quoteParams } from "../../src/core/text/params_text.ts";
import { RunStatus } from "../../src/core/status.ts";
import { assertEquals } from "../assert.ts";
import { type Check, runChecks } from "../support/checks.ts";
import { Home, until } from "../support/home.ts";
import { startScheduler } from "../support/schedulers.ts";
import { ServerProcess } from "../support/server_process.ts";

const VALUES = [
  "$(touch WORK/bad)",
  "`touch WORK/bad`",
  "; touch WORK/bad;",
  "| touch WORK/bad",
  "&& touch WORK/bad",
  '"; touch WORK/bad; "',
  "'; touch WORK/bad; '",
  "a\ntouch WORK/bad\nb",
  "$((40 + 2)) $HOME ${HOME} ${V} $$",
  "${V:=$(touch WORK/bad)}",
  "<(touch WORK/bad) > WORK/bad",
  "* ? [a-z] ~ {a,b} \\ \\\\ %s %n",
  'O\'Brien said "é 漢 🙂"\t!',
  "--help -rf A=1 B=`touch WORK/bad` #",
];

/** Each writes what it gets into a file of its name. */
const PLACES: Readonly<Record<string, string>> = {
  words: `command: printf '%s' "\${V}" > WORK/$DAG_RUN_ID-words`,
  script: `script: |\n      printf '%s' "$V" > WORK/$DAG_RUN_ID-script`,
  quotes: `command: printf '%s' 'is \${V} so' | tail -c +4 | head -c -3 > WORK/$DAG_RUN_ID-quotes`,
  env: `env: [{E: "\${V}"}]\n    command: printenv E | head -c -1 > WORK/$DAG_RUN_ID-env`,
  output: `command: printf '%s' "\${O}" > WORK/$DAG_RUN_ID-output`,
  child: `call: child\n    params: {V: "\${V}", ID: "$DAG_RUN_ID"}`,
};

function steps(): string {
  const all = Object.entries(PLACES).map(([name, text]) => `  - name: ${name}\n    ${text}\n`);
  return `steps:\n  - name: first\n    command: printf '%s' "$V"\n    output: O\n${all.join("")}`;
}

const CHILD = `---
name: child
params: [{V: ""}, {ID: ""}]
steps:
  - printf '%s' "$V" > WORK/$ID-child
`;
const FLOW = `params: [{V: none}]\n${steps()}${CHILD}`;

type Give = (home: Home, values: readonly string[]) => Promise<void>;

async function start(home: Home, args: readonly string[]): Promise<void> {
  const { code, stderr } = await home.run(["start", "-q", ...args]);
  assertEquals(code, 0, `${args.join(" ")}: ${stderr}`);
}

async function allEnded(home: Home, values: readonly string[]): Promise<void> {
  for (const i of values.keys()) {
    const ended = async () => (await home.store.find("flow", `v${i}`))?.record.status === RunStatus.Succeeded;
    await until(ended, `the end of v${i}`);
  }
}

const SOURCES: Readonly<Record<string, Give>> = {
  arguments: async (home, values) => {
    for (const [i, value] of values.entries()) await start(home, ["-r", `v${i}`, "flow", "--", `V=${value}`]);
  },
  text: async (home, values) => {
    for (const [i, value] of values.entries()) {
      await start(home, ["-r", `v${i}`, "-p", quoteParams([{ name: "V", value }]), "flow"]);
    }
  },
  queue: async (home, values) => {
    for (const [i, value] of values.entries()) {
      const { code } = await home.run(["enqueue", "-q", "-r", `v${i}`, "flow", "--", `V=${value}`]);
      assertEquals(code, 0);
    }
    const scheduler = startScheduler(home);
    await allEnded(home, values);
    assertEquals(await scheduler.stop(), 0);
  },
  api: async (home, values) => {
    await using server = await ServerProcess.start(home);
    for (const [i, value] of values.entries()) {
      const params = JSON.stringify({ V: value });
      await server.post("/dags/flow/start", { dagRunId: `v${i}`, params });
    }
    await allEnded(home, values);
  },
  output: async (home, values) => {
    const give = (i: number) => `  - name: give\n    command: cat WORK/value-${i}\n    output: V\n`;
    for (const [i, value] of values.entries()) {
      Deno.writeTextFileSync(`${home.path}/work/value-${i}`, value);
      const path = home.dag("giver", `${steps().replace("steps:\n", `steps:\n${give(i)}`)}${CHILD}`);
      await start(home, ["-r", `v${i}`, path]);
    }
  },
  dotenv: async (home, values) => {
    for (const [i, value] of values.entries()) {
      const quoted = value.replace(/[\\"$`]/g, "\\$&").replaceAll("\n", "\\n");
      Deno.writeTextFileSync(`${home.path}/dags/v.env`, `V="${quoted}"\n`);
      const path = home.dag("dotted", `dotenv: v.env\n${steps()}${CHILD}`);
      await start(home, ["-r", `v${i}`, path]);
    }
  },
};

function arrived(home: Home, i: number, place: string): string {
  try {
    return Deno.readTextFileSync(`${home.path}/work/v${i}-${place}`);
  } catch {
    return "(nothing)";
  }
}

/** Between single quotes the environment of a run, as that of a shell, is not looked at. */
function expected(source: string, place: string, value: string): string {
  return source === "dotenv" && place === "quotes" ? "${V}" : value;
}

function from(source: string, give: Give): Check {
  return async () => {
    await using home = await Home.make();
    home.dag("flow", FLOW);
    const values = VALUES.map((value) => value.replaceAll("WORK", `${home.path}/work`));
    await give(home, values);
    const wrong = values.flatMap((value, i) =>
      Object.keys(PLACES).flatMap((place) => {
        const got = arrived(home, i, place);
        return got === expected(source, place, value)
          ? []
          : [`${place}: ${JSON.stringify(value)} became ${JSON.stringify(got)}`];
      })
    );
    assertEquals(home.files(/\/bad$/), [], "a value was executed");
    assertEquals(wrong, [], `${wrong.length} values were changed`);
    const cells = values.length * Object.keys(PLACES).length;
    return `${cells} of ${cells} as they were given, none executed`;
  };
}

if (import.meta.main) {
  const checks = Object.entries(SOURCES).map(([name, give]) => [name, from(name, give)]);
  await runChecks(Object.fromEntries(checks));
}
