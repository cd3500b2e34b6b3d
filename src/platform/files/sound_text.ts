import { DaguError } from "../../core/errors.ts";
import { readRegularIfExistsSync } from "./files.ts";

/**
 * Text of one file of many. "" when there is none, or when what stands there cannot be one: that must not hide the
 * others, nor keep a service from its work.
 */
export function soundText(path: string): string {
  try {
    return readRegularIfExistsSync(path) ?? "";
  } catch (error) {
    if (error instanceof DaguError) return "";
    throw error;
  }
}
