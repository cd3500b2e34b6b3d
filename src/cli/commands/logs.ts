import { DaguError } from "../../core/errors.ts";
import { dim } from "../text/colour.ts";
import { defineCommand } from "../command.ts";
import { checkedRunId, RUN_ID_FLAG } from "../flags/run_flags.ts";

export const command = defineCommand({
  usage: "<dag>",
  about:
    `Prints what the steps of the newest or the given run wrote, each line with the name of its step before it.
    With --step only that step's lines, without the name.`,
  examples: ["dagu logs etl", "dagu logs etl --step load --stderr", "dagu logs etl --follow"],
  flags: [
    RUN_ID_FLAG,
    { name: "step", short: "s", kind: "text", value: "name", doc: "Only this step" },
    { name: "follow", short: "f", kind: "bool", doc: "Go on until the run ends" },
    { name: "stdout", kind: "bool", doc: "Only standard output" },
    { name: "stderr", kind: "bool", doc: "Only standard error" },
  ],
  args: { min: 1, max: 1, what: "a DAG name or file path" },
  rest: "",
  completes: "dags",
  scopes: ["core"],
  async run(call) {
    const { console, flags } = call;
    const runId = checkedRunId(flags["run-id"], call.given.has("run-id"));
    if (call.given.has("step") && flags.step === "") {
      throw new DaguError("Flag --step needs the name of a step");
    }
    const stream = flags.stdout === flags.stderr ? "both" : flags.stdout ? "stdout" : "stderr";
    const app = await call.app();
    let buffer = "";
    for await (
      const { step, line } of app.logs({
        dag: call.args[0]!,
        runId,
        step: flags.step,
        follow: flags.follow,
        stream,
      })
    ) {
      const text = flags.step === "" ? `${dim(console.colour, `[${step}]`)} ${line}\n` : `${line}\n`;
      if (flags.follow) console.out(text);
      else if ((buffer += text).length > 32_768) {
        console.out(buffer);
        buffer = "";
      }
    }
    console.out(buffer);
    return 0;
  },
});
