/** Runs a service in the foreground: log records on stderr, an orderly end at a signal. */
import type { RunningService, ServiceObserver } from "../app/app.ts";
import { onStopSignals, type StopSignal } from "../platform/signals.ts";
import type { Call } from "./command.ts";
import type { FlagSpec } from "./flags.ts";
import { type Fields, type Level, logRecord } from "./log.ts";

/** A second signal ends the process at once. */
export async function serveUntilStopped(
  call: Call<readonly FlagSpec[]>,
  what: string,
  start: (observer: ServiceObserver) => Promise<RunningService>,
): Promise<number> {
  const { console, flags } = call;
  const format = (await call.config()).logFormat === "json" ? "json" : "text";
  const log = (level: Level, message: string, fields: Fields = {}) => {
    if (!flags.quiet || level !== "INFO") {
      console.err(logRecord(format, console.now(), level, message, fields));
    }
  };
  const service = await start({
    info: (message, fields) => log("INFO", message, fields),
    warn: (message, error) => log("WARN", message, { error }),
  });
  log("INFO", `${what} started`, { address: service.address });
  const signal = await new Promise<StopSignal>((resolve) => {
    const forget = onStopSignals((signal) => {
      forget();
      resolve(signal);
    });
  });
  log("INFO", `${what} is stopped`, { signal });
  await service.close();
  return 0;
}
