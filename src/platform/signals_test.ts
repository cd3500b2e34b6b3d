import { assertEquals } from "../../tests/assert.ts";
import { onStopSignals } from "./signals.ts";

Deno.test("stop signals are told, also the second one, until the listener is taken away", async () => {
  const seen: string[] = [];
  let heard = Promise.withResolvers<void>();
  const stop = onStopSignals((signal) => {
    seen.push(signal);
    heard.resolve();
  });
  // A listener alone does not keep a program alive.
  const alive = setInterval(() => {}, 1000);
  for (const signal of ["SIGTERM", "SIGTERM", "SIGINT", "SIGHUP"] as const) {
    heard = Promise.withResolvers<void>();
    Deno.kill(Deno.pid, signal);
    await heard.promise;
  }
  stop();
  clearInterval(alive);
  assertEquals(seen, ["SIGTERM", "SIGTERM", "SIGINT", "SIGHUP"]);
});
