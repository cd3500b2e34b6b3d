/** The short commands of one run: they end with its stop, and with a kill of its agent. */
import type { CommandRequest, CommandResult, Commands } from "../ports/commands.ts";
import type { OrphanGuard } from "./agent_ports.ts";

export class RunCommands implements Commands {
  readonly #commands: Commands;
  readonly #guard: OrphanGuard;
  readonly #running = new Set<AbortController>();

  constructor(commands: Commands, guard: OrphanGuard) {
    this.#commands = commands;
    this.#guard = guard;
  }

  async run(request: CommandRequest): Promise<CommandResult> {
    const controller = new AbortController();
    const end = () => controller.abort();
    if (request.signal?.aborted) end();
    else request.signal?.addEventListener("abort", end);
    this.#running.add(controller);
    let group = 0;
    try {
      return await this.#commands.run({
        ...request,
        signal: controller.signal,
        onProcessGroup: (pgid) => this.#guard.add(group = pgid),
      });
    } finally {
      if (group > 0) this.#guard.remove(group);
      this.#running.delete(controller);
      request.signal?.removeEventListener("abort", end);
    }
  }

  /** Ends those that run now; later ones, of handlers, run as usual. */
  stop(): void {
    for (const controller of this.#running) controller.abort();
  }
}
