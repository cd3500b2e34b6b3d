/** The log of a service: a file in the folder of the services' logs, and stderr. */
import type { ServiceLog } from "../app/app.ts";
import type { Call } from "./command.ts";
import type { FlagSpec } from "./flags/flags.ts";
import { logRecord } from "./text/log.ts";

/** Longest log file, and how many older ones stay. */
const LOG_BYTES = 10 << 20;
const LOG_FILES = 5;

export interface OpenServiceLog {
  readonly log: ServiceLog;
  close(): void;
}

/** @param name of the file, without ending */
export async function openServiceLog(
  call: Call<readonly FlagSpec[]>,
  name: string,
): Promise<OpenServiceLog> {
  const { console, flags } = call;
  const config = await call.config();
  const { RotatingLog } = await import("../platform/logs/rotating_log.ts");
  const path = `${config.paths.adminLogsDir}/${name}.log`;
  const file = new RotatingLog({ path, maxBytes: LOG_BYTES, keep: LOG_FILES });
  const format = config.logFormat === "json" ? "json" : "text";
  return {
    log: (level, message, fields = {}) => {
      const line = logRecord(format, console.now(), level, message, fields);
      file.write(line);
      if (!flags.quiet) console.err(line);
    },
    close: () => file.close(),
  };
}
