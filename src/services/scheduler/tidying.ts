/** Removes what killed processes left, now and then. */
import { messageOf } from "../../core/errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ServiceLog } from "../service_log.ts";

/** A service that begins has other things to do. */
const FIRST_MS = 15_000;
/** Nobody takes so long from one step of a write to the next. */
const SURE_MS = 60_000;
const AGAIN_MS = 60 * 60_000;

export interface TidyingOptions {
  /** Paths that seem to be nobody's. */
  readonly find: () => Promise<readonly string[]>;
  readonly remove: (paths: readonly string[]) => void;
  readonly clock: Clock;
  readonly log: ServiceLog;
}

/** Works until the signal is aborted. What is found twice, a minute apart by this clock, goes. */
export async function keepTidy(options: TidyingOptions, signal: AbortSignal): Promise<void> {
  const { clock, log } = options;
  await clock.sleep(FIRST_MS, signal);
  while (!signal.aborted) {
    await tidy(options, signal).catch((error) =>
      log("WARN", "Cannot remove what killed processes left", { error: messageOf(error) })
    );
    await clock.sleep(AGAIN_MS, signal);
  }
}

async function tidy({ find, remove, clock, log }: TidyingOptions, signal: AbortSignal): Promise<void> {
  const seen = new Set(await find());
  if (seen.size === 0) return;
  await clock.sleep(SURE_MS, signal);
  if (signal.aborted) return;
  const left = (await find()).filter((path) => seen.has(path));
  if (left.length === 0 || signal.aborted) return;
  remove(left);
  log("INFO", "Removed what killed processes left", { paths: String(left.length) });
}
