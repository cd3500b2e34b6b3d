/** In an audit: tells of what the code uses and the runtime's own record leaves out. */
import type { PermissionKind } from "../../core/permissions.ts";
import { hostEntry } from "./host_entry.ts";
import { AUDIT_BEGINS } from "./job.ts";

export type Note = (kind: PermissionKind, entry: string) => void;

/** Called right before the code of the step. */
export function watch(note: Note): void {
  watchNetwork(note);
  const { Command } = Deno;
  class Watched extends Command {
    constructor(program: string | URL, options?: Deno.CommandOptions) {
      note("run", String(program));
      super(program, options);
    }
  }
  Object.defineProperty(Deno, "Command", { value: Watched });
  // The record shows by this where the code begins.
  Deno.env.has(AUDIT_BEGINS);
}

function watchNetwork(note: Note): void {
  const { fetch, WebSocket } = globalThis;
  const noted = (address: string | URL) => {
    const entry = hostEntry(String(address));
    if (entry !== null) note("net", entry);
  };
  globalThis.fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    noted(input instanceof Request ? input.url : input);
    const response = await fetch(input, init);
    if (response.redirected) noted(response.url);
    return response;
  };
  globalThis.WebSocket = class extends WebSocket {
    constructor(...given: ConstructorParameters<typeof WebSocket>) {
      noted(given[0]);
      super(...given);
    }
  };
}

/** Variables that tell when one of them is looked at. */
export function watchedEnv(env: Readonly<Record<string, string>>, note: Note): Record<string, string> {
  return new Proxy({ ...env }, {
    get(target, name) {
      if (typeof name === "string") note("env", name);
      return Reflect.get(target, name);
    },
  });
}
