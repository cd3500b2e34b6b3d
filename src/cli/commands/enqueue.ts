import { DaguError } from "../../core/errors.ts";
import { defineCommand } from "../command.ts";
import { logRecord } from "../text/log.ts";
import {
  checkedName,
  checkedQueue,
  checkedRunId,
  NAME_FLAG,
  paramInput,
  PARAMS_FLAG,
  RUN_ID_FLAG,
} from "../flags/run_flags.ts";

const PRIORITIES = ["high", "low"] as const;

export const command = defineCommand({
  usage: "<dag> [-- parameters]",
  about:
    `Puts a run into a queue; a scheduler starts it when it is its turn. The run keeps the definition and the
    parameters of this moment. When the command ends, everything is on the disk.`,
  examples: [
    "dagu enqueue etl -- 2026-01-31 MODE=full",
    "dagu enqueue etl --queue nightly --run-id nightly-1",
    "dagu enqueue etl --priority high",
  ],
  flags: [
    PARAMS_FLAG,
    NAME_FLAG,
    { ...RUN_ID_FLAG, doc: "Id of the new run; made when not given" },
    { name: "queue", short: "u", kind: "text", value: "name", doc: "Queue, instead of the DAG's own" },
    {
      name: "priority",
      kind: "text",
      value: "high|low",
      default: "low",
      doc: "Runs of high priority start before all others of the queue",
      choices: PRIORITIES,
    },
    {
      name: "default-working-dir",
      kind: "text",
      value: "dir",
      doc: "Working folder, when the DAG names none",
    },
  ],
  args: { min: 1, max: 1, what: "a DAG file path or name" },
  rest: "parameters",
  completes: "dags",
  scopes: ["core"],
  async run(call) {
    const { console, flags, given, args, rest } = call;
    const priority = PRIORITIES.find((one) => one === flags.priority);
    if (!priority) {
      throw new DaguError(`Invalid value "${flags.priority}" of flag --priority: expected high or low`);
    }
    const options = {
      dag: args[0]!,
      params: paramInput(flags.params, given, rest),
      name: checkedName(flags.name),
      runId: checkedRunId(flags["run-id"], false),
      queue: checkedQueue("flag --queue", flags.queue),
      priority,
      defaultWorkingDir: flags["default-working-dir"],
    };
    const config = await call.config();
    const { run, queue } = await (await call.app()).enqueue(options);
    if (!flags.quiet) {
      const format = config.logFormat === "json" ? "json" : "text";
      const fields = { dag: run.name, "run-id": run.id, queue, priority };
      console.err(logRecord(format, console.now(), "INFO", "DAG run queued", fields));
    }
    return 0;
  },
});
