import { agentFlags, peerFlags } from "../flags/agent_flags.ts";
import { defineCommand } from "../command.ts";
import { COORDINATOR_FLAGS, COORDINATOR_SETTINGS } from "../flags/coordinator_flags.ts";
import { PEER_FLAGS, PEER_SETTINGS } from "../flags/peer_flags.ts";
import { openServiceLog } from "../service_log.ts";

export const command = defineCommand({
  usage: "",
  about:
    `Takes runs from a coordinator and carries them out on this machine: those whose workerSelector its labels
    meet. It finds the coordinator in the folder of services, or at the address that is given.

    SIGTERM and SIGINT end it: it takes no more, waits for its runs for the time worker.grace, and gives back what it
    has not begun.`,
  examples: [
    "dagu worker --worker.labels gpu=true,region=eu",
    "dagu worker --worker.id gpu-1 --worker.coordinator-host coordinator.internal",
  ],
  flags: [
    {
      name: "worker.id",
      short: "w",
      kind: "text",
      value: "id",
      doc: "Name of the worker, instead of host@pid",
    },
    {
      name: "worker.labels",
      short: "l",
      kind: "text",
      value: "k=v,k=v",
      doc: "Labels that a workerSelector is compared with",
    },
    {
      name: "worker.max-active-runs",
      short: "m",
      kind: "text",
      value: "number",
      doc: "Most runs at once, instead of 100",
    },
    ...COORDINATOR_FLAGS,
    {
      name: "worker.storage",
      kind: "text",
      value: "shared|remote",
      doc: "Whether it uses the coordinator's folders, or none of them",
    },
    ...PEER_FLAGS,
  ],
  settings: {
    "worker.id": "worker.id",
    "worker.labels": "worker.labels",
    "worker.max-active-runs": "worker.maxActiveRuns",
    ...COORDINATOR_SETTINGS,
    "worker.storage": "worker.storage",
    ...PEER_SETTINGS,
  },
  args: { min: 0, max: 0, what: "no arguments" },
  rest: "",
  completes: "",
  scopes: ["core", "distributed"],
  async run(call) {
    const config = await call.config();
    const { log, close } = await openServiceLog(call, "worker");
    const { runWorker } = await import("../../app/worker/run_worker.ts");
    const forAgents = [...agentFlags({ ...call.flags, dags: "" }), ...peerFlags(call.flags)];
    await runWorker(config, { log, agentFlags: forAgents });
    close();
    return 0;
  },
});
