import { onStopSignals } from "../../platform/process/signals.ts";
import { agentFlags } from "../flags/agent_flags.ts";
import { defineCommand } from "../command.ts";
import { COORDINATOR_FLAGS, COORDINATOR_SETTINGS } from "./coordinator.ts";
import { PEER_FLAGS, PEER_SETTINGS } from "../flags/peer_flags.ts";
import { SERVER_FLAGS, SERVER_SETTINGS } from "./server.ts";
import { openServiceLog } from "../service_log.ts";

export const command = defineCommand({
  usage: "",
  about:
    `Server and scheduler in one process, and a coordinator where one is configured or a flag of it is given. When
    one of them cannot go on, the others are ended in good order and the exit code is 1. The scheduler has no health
    page of its own then: the server tells of it.`,
  examples: ["dagu start-all", "dagu start-all --port 9000", "dagu start-all --coordinator.port 50055"],
  flags: [...SERVER_FLAGS, ...COORDINATOR_FLAGS, ...PEER_FLAGS],
  settings: { ...SERVER_SETTINGS, ...COORDINATOR_SETTINGS, ...PEER_SETTINGS },
  args: { min: 0, max: 0, what: "no arguments" },
  rest: "",
  completes: "",
  scopes: ["core", "server", "scheduler", "distributed"],
  async run(call) {
    const app = await call.app();
    const config = await call.config();
    const flags = agentFlags(call.flags);
    const server = await openServiceLog(call, "server");
    const scheduler = await openServiceLog(call, "scheduler");
    const ending = new AbortController();
    // Until the parts hear signals themselves.
    const forget = onStopSignals(() => ending.abort());
    const service = await app.serve({ log: server.log, agentFlags: flags });
    server.log("INFO", "Server started", { address: service.address });
    const quiet = { ...config, scheduler: { ...config.scheduler, port: 0 } };
    const { runScheduler } = await import("../../app/scheduler/run_scheduler.ts");
    const parts = [{
      name: "scheduler",
      log: scheduler,
      run: (ending: AbortSignal) => runScheduler(quiet, { log: scheduler.log, agentFlags: flags, ending }),
    }];
    if (config.coordinator.enabled || COORDINATOR_FLAGS.some(({ name }) => call.given.has(name))) {
      const coordinator = await openServiceLog(call, "coordinator");
      const { runCoordinator } = await import("../../app/coordinator/run_coordinator.ts");
      const run = (ending: AbortSignal) => runCoordinator(config, { log: coordinator.log, ending });
      parts.push({ name: "coordinator", log: coordinator, run });
    }
    let code = 0;
    const running = Promise.all(parts.map(async ({ name, log: { log }, run }) => {
      try {
        await run(ending.signal);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        log("ERROR", `The ${name} cannot go on, everything is ended`, { error: why });
        code = 1;
        ending.abort();
      }
    }));
    forget();
    await running;
    await service.close();
    server.log("INFO", "Server ended");
    for (const log of [server, ...parts.map(({ log }) => log)]) log.close();
    return code;
  },
});
