/** In an audit: tells what the code uses, as the runtime's own record leaves some of it out, or all. */
import { hostEntry } from "./host_entry.ts";
import { AUDIT_BEGINS } from "./job.ts";
import { type Note, watchDeno } from "./worker_audit_deno.ts";

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
  watchDeno(note);
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
