/**
 * The digest of `dag.json`, in a file beside it that `sha256sum --check` reads: what is run again has to be what was
 * recorded. Runs of Dagu have none.
 */
import { createFileSync, readHeadSync } from "../../../platform/files/files.ts";
import { DAG_FILE, DIGEST_FILE } from "../layout.ts";
import { regularSize } from "../attempt/read_attempt.ts";

const HEX_DIGITS = 64;
const WRITTEN = /^[0-9a-f]{64}$/;

/** Notes it for the attempt in that folder. A digest that cannot be written is no reason for a run to fail. */
export async function noteDigest(dir: string, definition: string): Promise<void> {
  const line = `${await digest(definition)}  ${DAG_FILE}\n`;
  try {
    createFileSync(`${dir}/${DIGEST_FILE}`, line);
  } catch {
    // The run is then taken for one of Dagu.
  }
}

/** Whether the definition of the attempt in that folder is what was noted; so is any where nothing was. */
export async function isAsNoted(dir: string, definition: string): Promise<boolean> {
  const path = `${dir}/${DIGEST_FILE}`;
  if (regularSize(path) === 0) return true;
  const noted = new TextDecoder().decode(readHeadSync(path, HEX_DIGITS));
  // One that was cut off with the power is short, or has zeros in the place of its digits.
  return !WRITTEN.test(noted) || noted === await digest(definition);
}

async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(bytes).toHex();
}
