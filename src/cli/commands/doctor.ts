import type { Examination, Examined } from "../../app/doctor/doctor.ts";
import { DaguError } from "../../core/errors.ts";
import { VERSION } from "../../core/version.ts";
import { type Call, defineCommand } from "../command.ts";
import { JSON_FLAG } from "../flags/run_flags.ts";
import { tableText } from "../text/table.ts";

const FLAGS = [
  JSON_FLAG,
  {
    name: "fix",
    kind: "bool",
    doc: "Put right what can be put right without harm: modes of files and folders",
  },
  {
    name: "all",
    short: "a",
    kind: "bool",
    doc: "Show what is in order too, and settings that nobody has set",
  },
] as const;

export const command = defineCommand({
  usage: "",
  about:
    `Looks at the settings in effect and where they come from, at folders, locks, runs, records, definitions,
    programs, ports and the clock, and says what to do about each thing that is wrong. Secrets are masked. The exit
    code is 1 when something is wrong.

    With --json: {"version", "settings": [{"key", "value", "from"}], "findings": [{"area", "level", "message",
    "advice", "fixable", "fixed"}]}.`,
  examples: ["dagu doctor", "dagu doctor --fix", "dagu doctor --all --json"],
  flags: FLAGS,
  args: { min: 0, max: 0, what: "no argument" },
  rest: "",
  completes: "",
  scopes: ["core", "server", "scheduler", "distributed"],
  async run(call) {
    const examination = await examined(call);
    const { findings } = examination;
    if (call.flags.json) {
      call.console.out(`${JSON.stringify({ version: VERSION, ...examination }, null, 2)}\n`);
    } else print(call, examination);
    return findings.some(isWrong) ? 1 : 0;
  },
});

async function examined(call: Call<typeof FLAGS>): Promise<Examination> {
  let config;
  try {
    config = await call.config();
  } catch (error) {
    if (!(error instanceof DaguError)) throw error;
    const advice = "correct the file or the variable; dagu schema config has all settings";
    const finding = { area: "settings", level: "error" as const, message: error.message, advice };
    return { settings: [], findings: [{ ...finding, fixable: false, fixed: false }] };
  }
  const { loadSources } = await import("../../config/load.ts");
  const { config: configFile, "dagu-home": daguHome } = call.flags;
  const sources = await loadSources({
    configFile,
    daguHome,
    flags: {},
    env: call.env,
    cwd: call.cwd,
    scopes: [],
  });
  const { examine } = await import("../../app/doctor/doctor.ts");
  return await examine(config, sources, call.flags.fix);
}

function isWrong({ level, fixed }: Examined): boolean {
  return !fixed && (level === "warning" || level === "error");
}

function print({ console, flags }: Call<typeof FLAGS>, { settings, findings }: Examination): void {
  const shown = settings.filter(({ from, key }) =>
    flags.all || from !== "" || /^paths\.(dags|data|log)Dir$/.test(key)
  );
  if (!flags.quiet && shown.length > 0) {
    const rows = shown.map(({ key, value, from }) => [key, text(value), from || "default"]);
    console.out(`${tableText(["SETTING", "VALUE", "FROM"], rows)}\n`);
  }
  const quiet = findings.filter(({ level }) => level === "ok").length;
  for (const finding of findings) {
    if (finding.level === "ok" && !flags.all) continue;
    const level = finding.fixed ? "fixed" : finding.level;
    console.out(`${level.padEnd(7)}  ${finding.area}: ${finding.message}\n`);
    if (finding.advice !== "" && !finding.fixed) console.out(`         ${finding.advice}\n`);
  }
  const wrong = findings.filter(isWrong).length;
  const sum = wrong === 0
    ? "nothing is wrong"
    : wrong === 1
    ? "1 thing is wrong"
    : `${wrong} things are wrong`;
  if (!flags.quiet) console.out(`${quiet} things are in order, ${sum}\n`);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
