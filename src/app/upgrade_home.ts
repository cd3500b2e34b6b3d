/** `upgrade`: whether this program can use the data of a home, and what has to be done for it. */
import type { Config } from "../config/config.ts";
import { DaguError, messageOf } from "../core/errors.ts";
import { VERSION } from "../core/version.ts";
import {
  DATA_FORMAT,
  type DataFormat,
  formatFile,
  readDataFormat,
  replaceDataFormat,
} from "../stores/file/data_format.ts";
import { examineDamage } from "./doctor/damage.ts";
import type { Finding } from "./doctor/finding.ts";
import { tooNew } from "./home/open_home.ts";

export interface Upgrade {
  /** Format of the data and the program that said so, in words. */
  readonly found: string;
  /** The format that this program writes. */
  readonly format: number;
  /** What has to be done, or was done; "" for nothing. */
  readonly step: string;
  /** Runs and definitions, as far as they can be read. */
  readonly findings: readonly Finding[];
}

/** @throws DaguError when a newer program wrote the data */
export async function upgradeHome(config: Config, check: boolean): Promise<Upgrade> {
  const { dataDir } = config.paths;
  const known = formatOf(dataDir);
  if (typeof known === "object" && known !== null && known.format > DATA_FORMAT) {
    throw tooNew(dataDir, known.format, known.program);
  }
  const found = known === null
    ? "none"
    : known === "damaged"
    ? known
    : `${known.format}, of version ${known.program}`;
  const due = known === null || known === "damaged" || known.format < DATA_FORMAT;
  const findings = (await examineDamage(config)).filter(({ message }) => !message.includes(" format"));
  if (due && !check) await write(dataDir);
  return { found, format: DATA_FORMAT, step: due ? `write "${formatFile(dataDir)}"` : "", findings };
}

function formatOf(dataDir: string): DataFormat | "damaged" | null {
  try {
    return readDataFormat(dataDir);
  } catch {
    return "damaged";
  }
}

async function write(dataDir: string): Promise<void> {
  try {
    await replaceDataFormat(dataDir, VERSION);
  } catch (error) {
    throw new DaguError(`Cannot write "${formatFile(dataDir)}": ${messageOf(error)}`, { cause: error });
  }
}
