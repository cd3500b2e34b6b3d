import { DaguError } from "../../core/errors.ts";
import { defineCommand } from "../command.ts";
import { confirmed } from "../confirm.ts";

export const command = defineCommand({
  usage: "<dag>",
  about: "Removes history and logs of a DAG. Runs that are active are kept.",
  examples: ["dagu cleanup etl --dry-run", "dagu cleanup etl --retention-days 30 --yes"],
  flags: [
    {
      name: "retention-days",
      kind: "text",
      value: "days",
      default: "0",
      doc: "Keep runs that are not older; 0 removes all",
    },
    { name: "dry-run", kind: "bool", doc: "Only list what would be removed" },
    { name: "yes", short: "y", kind: "bool", doc: "Do not ask" },
  ],
  args: { min: 1, max: 1, what: "a DAG name" },
  rest: "",
  completes: "dags",
  scopes: ["core"],
  async run(call) {
    const { console, flags } = call;
    const [dag] = call.args as [string];
    const retentionDays = days(flags["retention-days"]);
    const say = (text: string) => {
      if (!flags.quiet) console.out(text);
    };
    const app = await call.app();
    if (flags["dry-run"]) {
      const ids = await app.cleanup({ dag, retentionDays, dryRun: true });
      if (ids.length === 0) say(`No runs to delete for DAG "${dag}"\n`);
      else {
        say(`Dry run: would delete ${ids.length} run(s) of DAG "${dag}":\n`);
        console.out(ids.map((id) => `  - ${id}\n`).join(""));
      }
      return 0;
    }
    if (!flags.yes) {
      const what = retentionDays === 0 ? "all history" : `history older than ${retentionDays} days`;
      const question = `This will delete ${what} of DAG "${dag}".\nActive runs are kept.`;
      if (!await confirmed(console, question)) return 0;
    }
    const ids = await app.cleanup({ dag, retentionDays, dryRun: false });
    say(
      ids.length === 0
        ? `No runs to delete for DAG "${dag}"\n`
        : `Removed ${ids.length} run(s) of DAG "${dag}"\n`,
    );
    return 0;
  },
});

function days(text: string): number {
  if (!/^\d{1,6}$/.test(text)) {
    throw new DaguError(
      `Invalid value "${text}" of flag --retention-days: expected 0 or a positive whole number`,
    );
  }
  return Number(text);
}
