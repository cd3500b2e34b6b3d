import { defineCommand } from "./command.ts";
import { agentFlags } from "./agent_flags.ts";
import { logRecord } from "./log.ts";

/** Longest log file, and how many older ones stay. */
const LOG_BYTES = 10 << 20;
const LOG_FILES = 5;

export const command = defineCommand({
  usage: "",
  about:
    `Starts what is due by the schedules of the DAG files, and runs what waits in the queues. Any number may run:
    one acts, the others stand by and take over when it ends.

    Changes of DAG files are seen at once. SIGTERM and SIGINT end it; runs that it started go on.`,
  examples: ["dagu scheduler", "dagu scheduler --dags /srv/dags"],
  flags: [{ name: "dags", short: "d", kind: "text", value: "dir", doc: "Folder of the DAG files" }],
  args: { min: 0, max: 0, what: "nothing" },
  rest: "",
  completes: "",
  scopes: ["core", "scheduler"],
  settings: { dags: "paths.dagsDir" },
  async run(call) {
    const { console, flags } = call;
    const config = await call.config();
    const { RotatingLog } = await import("../platform/rotating_log.ts");
    const path = `${config.paths.adminLogsDir}/scheduler.log`;
    const file = new RotatingLog({ path, maxBytes: LOG_BYTES, keep: LOG_FILES });
    const format = config.logFormat === "json" ? "json" : "text";
    const { runScheduler } = await import("../app/run_scheduler.ts");
    await runScheduler(config, {
      log: (level, message, fields = {}) => {
        const line = logRecord(format, console.now(), level, message, fields);
        file.write(line);
        if (!flags.quiet) console.err(line);
      },
      agentFlags: agentFlags(flags),
    });
    file.close();
    return 0;
  },
});
