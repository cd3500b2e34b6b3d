import { defineCommand } from "../command.ts";
import { plainLine } from "../text/format.ts";
import { checkedRunId } from "../flags/run_flags.ts";

export const command = defineCommand({
  usage: "<dag> [run id]",
  about:
    "Says in one sentence why a run waits, or how it came to its end. Without an id the newest run is meant.",
  examples: ["dagu why etl", "dagu why etl nightly-1"],
  flags: [],
  args: { min: 1, max: 2, what: "a DAG name or file path" },
  rest: "",
  completes: "dags",
  scopes: ["core"],
  async run(call) {
    const [dag, runId = ""] = call.args as [string, string?];
    const app = await call.app();
    const reason = await app.why({ dag, runId: checkedRunId(runId, call.args.length > 1) });
    call.console.out(`${plainLine(reason)}\n`);
    return 0;
  },
});
