import { defineCommand } from "../command.ts";
import { agentFlags } from "../flags/agent_flags.ts";
import { openServiceLog } from "../service_log.ts";

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
    const { log, close } = await openServiceLog(call, "scheduler");
    const { runScheduler } = await import("../../app/scheduler/run_scheduler.ts");
    await runScheduler(await call.config(), { log, agentFlags: agentFlags(call.flags) });
    close();
    return 0;
  },
});
