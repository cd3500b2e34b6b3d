import type { LintedFile } from "../../app/app.ts";
import { defineCommand } from "../command.ts";
import { JSON_FLAG } from "../flags/run_flags.ts";

type Finding = LintedFile["findings"][number];

export const command = defineCommand({
  usage: "[dag or folder ...]",
  about:
    `Looks for what is allowed in DAGs but will hurt: values without quotes, commands that can destroy, missing
    time limits, schedules that never fire, permissions too wide, secrets in plain text. Without arguments in all DAGs
    of the DAGs folder. "# lint-ignore RULE" lets a finding pass, on its line or the line above;
    "# lint-ignore-file RULE" in the whole file.

    Exit code: 1 when there are errors or warnings.

    With --json: {"errors", "warnings", "notes", "mended", "findings": [{"rule", "level", "message", "fix", "file", "line",
    "column", "edits": [{"start", "end", "text"}]}]}.`,
  examples: ["dagu lint", "dagu lint etl.yaml --fix", "dagu lint flows --json"],
  flags: [
    { name: "fix", kind: "bool", doc: "Mend in the files what can be mended without a person" },
    JSON_FLAG,
  ],
  args: { min: 0, max: 1000, what: "DAGs or folders" },
  rest: "",
  completes: "dags",
  scopes: ["core"],
  async run({ args, flags, app, console }) {
    const findings: Finding[] = [];
    let mended = 0;
    for await (const file of (await app()).lint({ dags: args, fix: flags.fix })) {
      findings.push(...file.findings);
      mended += file.mended;
      if (!flags.json) { for (const finding of file.findings) console.out(`${findingText(finding)}\n`); }
    }
    const count = (level: Finding["level"]) => findings.filter((finding) => finding.level === level).length;
    const [errors, warnings, notes] = [count("error"), count("warning"), count("info")];
    if (flags.json) {
      console.out(`${JSON.stringify({ errors, warnings, notes, mended, findings }, null, 2)}\n`);
    } else if (!flags.quiet) {
      const counts = [[errors, "error"], [warnings, "warning"], [notes, "note"]] as const;
      const parts = counts.map(([number, word]) => `${number} ${word}${number === 1 ? "" : "s"}`);
      console.out(`${parts.join(", ")}${mended > 0 ? `; ${mended} mended` : ""}\n`);
    }
    return errors + warnings > 0 ? 1 : 0;
  },
});

const WORDS: Readonly<Record<Finding["level"], string>> = {
  error: "error",
  warning: "warning",
  info: "note",
};

function findingText({ rule, level, message, fix, file, line, column }: Finding): string {
  const place = line > 0 ? `${file}:${line}:${column}` : file;
  return `${place}: ${WORDS[level]}: ${message} [${rule}]${fix === "" ? "" : `\n    ${fix}`}`;
}
