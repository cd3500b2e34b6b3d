import { defineCommand } from "../command.ts";
import { PEER_FLAGS, PEER_SETTINGS } from "../flags/peer_flags.ts";
import { openServiceLog } from "../service_log.ts";

export const COORDINATOR_FLAGS = [
  {
    name: "coordinator.host",
    short: "H",
    kind: "text",
    value: "address",
    doc: "Address to listen on, instead of 127.0.0.1",
  },
  {
    name: "coordinator.port",
    short: "P",
    kind: "text",
    value: "number",
    doc: "Port to listen on, instead of 50055",
  },
  {
    name: "coordinator.advertise",
    short: "A",
    kind: "text",
    value: "address",
    doc: "Address that others are told, instead of the host name",
  },
] as const;

export const COORDINATOR_SETTINGS = {
  "coordinator.host": "coordinator.host",
  "coordinator.port": "coordinator.port",
  "coordinator.advertise": "coordinator.advertise",
} as const;

export const command = defineCommand({
  usage: "",
  about:
    `Hands runs to workers whose labels match. A run that it has accepted is carried out by one worker at a time,
    whatever becomes of the coordinator or of that worker. Any number may run: one acts, the others stand by and
    take over when it ends.

    Listens on this machine only, unless certificates prove who calls: see "dagu cert".`,
  examples: [
    "dagu coordinator",
    "dagu coordinator --coordinator.host 0.0.0.0 --peer.cert-file server.pem ...",
  ],
  flags: [...COORDINATOR_FLAGS, ...PEER_FLAGS],
  settings: { ...COORDINATOR_SETTINGS, ...PEER_SETTINGS },
  args: { min: 0, max: 0, what: "nothing" },
  rest: "",
  completes: "",
  scopes: ["core", "distributed"],
  async run(call) {
    const { log, close } = await openServiceLog(call, "coordinator");
    const { runCoordinator } = await import("../../app/coordinator/run_coordinator.ts");
    await runCoordinator(await call.config(), { log });
    close();
    return 0;
  },
});
