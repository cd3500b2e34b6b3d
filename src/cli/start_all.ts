import { agentFlags } from "./agent_flags.ts";
import { defineCommand } from "./command.ts";
import { SERVER_FLAGS, SERVER_SETTINGS } from "./server.ts";
import { openServiceLog } from "./service_log.ts";

export const command = defineCommand({
  usage: "",
  about:
    `Server and scheduler in one process. When one of them cannot go on, the other is ended in good order and the
    exit code is 1. The scheduler has no health page of its own then: the server tells of it.`,
  examples: ["dagu start-all", "dagu start-all --port 9000"],
  flags: SERVER_FLAGS,
  settings: SERVER_SETTINGS,
  args: { min: 0, max: 0, what: "no arguments" },
  rest: "",
  completes: "",
  scopes: ["core", "server", "scheduler"],
  async run(call) {
    const app = await call.app();
    const config = await call.config();
    const flags = agentFlags(call.flags);
    const server = await openServiceLog(call, "server");
    const scheduler = await openServiceLog(call, "scheduler");
    const service = await app.serve({ log: server.log, agentFlags: flags });
    server.log("INFO", "Server started", { address: service.address });
    let code = 0;
    try {
      const { runScheduler } = await import("../app/run_scheduler.ts");
      const quiet = { ...config, scheduler: { ...config.scheduler, port: 0 } };
      await runScheduler(quiet, { log: scheduler.log, agentFlags: flags });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      scheduler.log("ERROR", "The scheduler cannot go on, everything is ended", { error: why });
      code = 1;
    }
    await service.close();
    server.log("INFO", "Server ended");
    for (const log of [server, scheduler]) log.close();
    return code;
  },
});
