import { onceStopped } from "../../platform/process/signals.ts";
import { agentFlags } from "../flags/agent_flags.ts";
import { defineCommand } from "../command.ts";
import { openServiceLog } from "../service_log.ts";

export const SERVER_FLAGS = [
  {
    name: "host",
    short: "s",
    kind: "text",
    value: "address",
    doc: "Address to listen on, instead of 127.0.0.1",
  },
  { name: "port", short: "p", kind: "text", value: "number", doc: "Port to listen on, instead of 8080" },
  {
    name: "behind-proxy",
    kind: "bool",
    doc: "Another program takes the requests, serves HTTPS and sets X-Forwarded-For",
  },
  {
    name: "insecure-i-know",
    kind: "bool",
    doc: "Serve other machines although there is no login or no HTTPS",
  },
  { name: "dags", short: "d", kind: "text", value: "dir", doc: "Folder of the DAG files" },
] as const;

export const SERVER_SETTINGS = {
  host: "host",
  port: "port",
  dags: "paths.dagsDir",
  "behind-proxy": "behindProxy",
  "insecure-i-know": "insecure",
} as const;

export const command = defineCommand({
  usage: "",
  about:
    `Serves the REST API below /api/v2 to those who log in, and goes on until it is stopped by SIGTERM or SIGINT: requests at hand
    are answered first. Runs that were started through it go on without it. Scheduled and queued runs are started
    by "dagu scheduler".`,
  examples: ["dagu server", "dagu server --port 9000 --dags ./workflows"],
  flags: SERVER_FLAGS,
  settings: SERVER_SETTINGS,
  args: { min: 0, max: 0, what: "no arguments" },
  rest: "",
  completes: "",
  scopes: ["core", "server"],
  async run(call) {
    const app = await call.app();
    const { log, close } = await openServiceLog(call, "server");
    // From now on, so that one that comes early is heard.
    const stopped = onceStopped();
    const service = await app.serve({ log, agentFlags: agentFlags(call.flags) });
    log("INFO", "Server started", { address: service.address });
    log("INFO", "Server is ending", { signal: await stopped });
    await service.close();
    close();
    return 0;
  },
});
