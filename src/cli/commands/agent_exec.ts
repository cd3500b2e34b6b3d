import { defineCommand } from "../command.ts";
import { COORDINATOR_FLAGS, COORDINATOR_SETTINGS } from "../flags/coordinator_flags.ts";
import { PEER_FLAGS, PEER_SETTINGS } from "../flags/peer_flags.ts";

export const command = defineCommand({
  usage: "",
  about: "Takes runs from a scheduler, one line of JSON each. Nobody calls it by hand.",
  examples: [],
  flags: [
    { name: "dags", short: "d", kind: "text", value: "dir", doc: "Folder of the DAG files" },
    ...COORDINATOR_FLAGS,
    ...PEER_FLAGS,
  ],
  args: { min: 0, max: 0, what: "nothing" },
  rest: "",
  completes: "",
  scopes: ["core"],
  settings: { dags: "paths.dagsDir", ...COORDINATOR_SETTINGS, ...PEER_SETTINGS },
  async run(call) {
    const config = await call.config();
    const { agentExec } = await import("../../app/agents/agent_exec.ts");
    const { inputLines } = await import("../../platform/input_lines.ts");
    const lines = inputLines();
    await agentExec(config, {
      next: () => lines.next(),
      say: (line) => call.console.out(`${JSON.stringify(line)}\n`),
    });
    return 0;
  },
});
