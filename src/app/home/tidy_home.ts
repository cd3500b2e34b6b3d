/** Has a service remove what processes left that were killed. */
import type { Config } from "../../config/config.ts";
import { systemClock } from "../../platform/time/system_clock.ts";
import type { ServiceLog } from "../../services/service_log.ts";
import { keepTidy } from "../../services/scheduler/tidying.ts";
import { findLeftovers, removeLeftovers } from "../../stores/file/leftovers.ts";

/**
 * Works until the signal is aborted.
 * @param further paths of the service's own that seem to be nobody's
 */
export async function tidyHome(
  { paths }: Config,
  log: ServiceLog,
  signal: AbortSignal,
  further: () => readonly string[] = () => [],
): Promise<void> {
  const find = async () => [...await findLeftovers(paths), ...further()];
  await keepTidy({ find, remove: removeLeftovers, clock: systemClock, log }, signal);
}
