/** What a service does with its home before anything else. */
import type { Config } from "../../config/config.ts";
import { DaguError } from "../../core/errors.ts";
import { VERSION } from "../../core/version.ts";
import { systemClock } from "../../platform/time/system_clock.ts";
import { removeOldTemporaries } from "../../platform/files/temporaries.ts";
import { DATA_FORMAT, formatFile, noteDataFormat, readDataFormat } from "../../stores/file/data_format.ts";
import type { ServiceLog } from "../app.ts";
import { writeExamples } from "./write_examples.ts";

/** @throws DaguError when a newer program wrote the data */
export function openHome(config: Config, log: ServiceLog): void {
  const { dataDir } = config.paths;
  const known = readDataFormat(dataDir);
  if (known === null) noteDataFormat(dataDir, VERSION);
  else if (known.format > DATA_FORMAT) throw tooNew(dataDir, known.format, known.program);
  writeExamples(config, log);
  removeLeftovers(config);
}

/** What killed processes left; history and queues look after themselves. */
function removeLeftovers({ paths }: Config): void {
  const now = systemClock.now();
  for (const folder of [paths.dagsDir, paths.suspendFlagsDir]) removeOldTemporaries(folder, now);
  removeOldTemporaries(paths.dataDir, now, { levels: 2, except: ["dag-runs", "queue", "proc"] });
}

export function tooNew(dataDir: string, format: number, program: string): DaguError {
  return new DaguError(
    `Cannot use the data in "${dataDir}": "${
      formatFile(dataDir)
    }" says format ${format}, of version ${program}; ` +
      `this is version ${VERSION}, which reads format ${DATA_FORMAT}: use the newer program`,
  );
}
