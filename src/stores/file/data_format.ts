/** Which format the data of a home is in: `format.json` in the folder of the data. */
import { DaguError } from "../../core/errors.ts";
import {
  createFileSync,
  durableReplace,
  ensureDirSync,
  readRegularIfExistsSync,
} from "../../platform/files/files.ts";
import { isObject } from "./json/json_read.ts";

/** The format that this program writes. It grows when an older program would misread what a newer one wrote. */
export const DATA_FORMAT = 1;
const FILE = "format.json";

export interface DataFormat {
  readonly format: number;
  /** Version of the program that wrote the file. */
  readonly program: string;
}

/** null when there is no such file: data of Dagu, or of this program's first version. @throws Error for another text */
export function readDataFormat(dataDir: string): DataFormat | null {
  const path = formatFile(dataDir);
  const text = readRegularIfExistsSync(path);
  if (text === null) return null;
  const value = parsed(text);
  if (!isObject(value) || !Number.isSafeInteger(value.format) || (value.format as number) < 1) {
    throw new DaguError(
      `Cannot use the data of "${path}": it holds no number of a format; move it away if nothing newer wrote there`,
    );
  }
  return { format: value.format as number, program: String(value.program ?? "") };
}

/** Says it once; a file that is there stays. */
export function noteDataFormat(dataDir: string, program: string): void {
  ensureDirSync(dataDir);
  createFileSync(formatFile(dataDir), formatText(program));
}

export async function replaceDataFormat(dataDir: string, program: string): Promise<void> {
  ensureDirSync(dataDir);
  await durableReplace(formatFile(dataDir), formatText(program));
}

export function formatFile(dataDir: string): string {
  return `${dataDir}/${FILE}`;
}

function formatText(program: string): string {
  return `${JSON.stringify({ format: DATA_FORMAT, program })}\n`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
