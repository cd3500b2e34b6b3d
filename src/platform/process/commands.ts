import type { CommandRequest, CommandResult, Commands } from "../../ports/commands.ts";
import { startPiped } from "./processes.ts";

const MAX_BYTES = 1 << 20;

/** Runs short programs and collects what they write. What goes beyond 1 MiB of a stream is dropped. */
export class SystemCommands implements Commands {
  async run(request: CommandRequest): Promise<CommandResult> {
    const { program, args, env, signal } = request;
    const collected = { stdout: new Collector(), stderr: new Collector() };
    const started = startPiped({ program, args, env, cwd: request.cwd || Deno.cwd() }, (stream, bytes) => {
      collected[stream].add(bytes);
      return Promise.resolve();
    });
    request.onProcessGroup?.(started.pid);
    const kill = () => started.signal("SIGKILL");
    if (signal?.aborted) kill();
    else signal?.addEventListener("abort", kill);
    try {
      const { exitCode } = await started.ended;
      return { exitCode, stdout: collected.stdout.text(), stderr: collected.stderr.text() };
    } finally {
      signal?.removeEventListener("abort", kill);
    }
  }
}

class Collector {
  readonly #parts: Uint8Array[] = [];
  #room = MAX_BYTES;

  add(bytes: Uint8Array): void {
    if (this.#room === 0) return;
    const part = bytes.slice(0, this.#room);
    this.#parts.push(part);
    this.#room -= part.length;
  }

  text(): string {
    const decoder = new TextDecoder();
    return this.#parts.map((part) => decoder.decode(part, { stream: true })).join("") + decoder.decode();
  }
}
