import { SpecError } from "../../core/errors.ts";
import { defineCommand } from "../command.ts";
import { logRecord } from "../text/log.ts";
import { JSON_FLAG } from "../flags/run_flags.ts";

export const command = defineCommand({
  usage: "<dag>",
  about: `Reads a DAG and names everything that is wrong in it, with file, line and column. The
    types of TypeScript steps, and of a DAG in TypeScript, are checked where a Deno is at hand.

    With --json: {"valid", "name", "issues": [{"file", "line", "column", "field", "message"}]}.`,
  examples: ["dagu validate etl.yaml"],
  flags: [JSON_FLAG],
  args: { min: 1, max: 1, what: "a DAG file path or name" },
  rest: "",
  completes: "dags",
  scopes: ["core"],
  async run(call) {
    const { console, flags } = call;
    const [file] = call.args as [string];
    const config = await call.config();
    const app = await call.app();
    try {
      const { dag, notes } = await app.validate(file);
      if (flags.json) printJson({ valid: true, name: dag.name, issues: [] });
      else if (!flags.quiet) {
        const fields = { file, name: dag.name };
        const format = config.logFormat === "json" ? "json" : "text";
        for (const note of notes) console.err(logRecord(format, console.now(), "WARN", note, { file }));
        console.err(logRecord(format, console.now(), "INFO", "DAG spec is valid", fields));
      }
      return 0;
    } catch (error) {
      if (!(error instanceof SpecError) || !flags.json) throw error;
      const issues = error.issues.map(({ field, message, position }) => ({
        file: position?.file ?? "",
        line: position?.line ?? 0,
        column: position?.column ?? 0,
        field,
        message,
      }));
      printJson({ valid: false, name: "", issues });
      return 1;
    }

    function printJson(value: unknown): void {
      console.out(`${JSON.stringify(value, null, 2)}\n`);
    }
  },
});
