/** The agent processes of a service. */
import type { Config } from "../../config/config.ts";
import { startLineProcess } from "../../platform/process/line_process.ts";
import { ownProgram } from "../../platform/process/program/own_program.ts";
import { isSaturated, processors } from "../../platform/resources.ts";
import { systemClock } from "../../platform/time/system_clock.ts";
import { AgentPool } from "../../services/agents/agent_pool.ts";

/** Longer than a minute, so that the agents of a schedule by the minute stay. */
const AGENT_IDLE_MS = 75_000;

/** @param flags that agents need to find the same folders */
export function openAgentPool(config: Config, flags: readonly string[]): AgentPool {
  const program = config.paths.executable === "" ? ownProgram() : [config.paths.executable];
  const command = [...program, "agent-exec", ...flags];
  return new AgentPool({
    start: (onLine) => startLineProcess(command, onLine),
    clock: systemClock,
    processors: processors(),
    idleMs: AGENT_IDLE_MS,
    saturated: isSaturated,
  });
}
