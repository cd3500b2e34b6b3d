import type { OrphanGuard } from "./agent_ports.ts";
import type { CommandRequest, CommandResult, Commands } from "../ports/commands.ts";
import { assertEquals } from "../../tests/assert.ts";
import { RunCommands } from "./run_commands.ts";

const REQUEST: CommandRequest = { program: "p", args: [], env: {}, cwd: "" };

/** A command that goes on until it is ended. */
class Endless implements Commands {
  groups = 0;

  run(request: CommandRequest): Promise<CommandResult> {
    request.onProcessGroup?.(100 + this.groups++);
    return new Promise((resolve) => {
      const end = () => resolve({ exitCode: 137, stdout: "", stderr: "" });
      if (request.signal?.aborted) end();
      else request.signal?.addEventListener("abort", end);
    });
  }
}

function guarded(): { guard: OrphanGuard; told: string[] } {
  const told: string[] = [];
  return {
    told,
    guard: { prepare() {}, add: (id) => told.push(`+${id}`), remove: (id) => told.push(`-${id}`) },
  };
}

Deno.test("a stop ends the commands that run, and the guard knows them meanwhile", async () => {
  const { guard, told } = guarded();
  const commands = new RunCommands(new Endless(), guard);
  const both = [commands.run(REQUEST), commands.run(REQUEST)];
  assertEquals(told, ["+100", "+101"]);
  commands.stop();
  assertEquals((await Promise.all(both)).map((result) => result.exitCode), [137, 137]);
  assertEquals(told.slice(2).sort(), ["-100", "-101"]);
});

Deno.test("a command after the stop runs until its own signal ends it", async () => {
  const commands = new RunCommands(new Endless(), guarded().guard);
  commands.stop();
  const own = new AbortController();
  let ended = false;
  const later = commands.run({ ...REQUEST, signal: own.signal }).then(() => ended = true);
  await Promise.resolve();
  assertEquals(ended, false);
  own.abort();
  await later;
});
