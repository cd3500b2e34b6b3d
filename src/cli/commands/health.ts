import type { HealthKind } from "../../app/health.ts";
import { DaguError } from "../../core/errors.ts";
import { defineCommand } from "../command.ts";

const KINDS: readonly HealthKind[] = ["server", "scheduler", "coordinator", "worker"];

export const command = defineCommand({
  usage: "[server|scheduler|coordinator|worker]",
  about:
    `Ends with 0 when the service of this machine answers, else with 1: for containers and monitors. Without a
    word the server, which start-all has too.`,
  examples: ["dagu health", "dagu health worker"],
  flags: [],
  args: { min: 0, max: 1, what: KINDS.join(", ") },
  rest: "",
  completes: KINDS,
  scopes: ["core", "server", "scheduler"],
  async run(call) {
    const word = call.args[0] ?? "server";
    const kind = KINDS.find((one) => one === word);
    if (!kind) throw new DaguError(`Cannot ask for the health of "${word}": expected ${KINDS.join(", ")}`);
    const { healthProblem } = await import("../../app/health.ts");
    const problem = await healthProblem(await call.config(), kind);
    if (problem !== "") throw new DaguError(`The ${kind} is not well: ${problem}`);
    if (!call.flags.quiet) call.console.out(`The ${kind} answers\n`);
    return 0;
  },
});
