/** Files that hold a secret: for the user of this process only. */
import { DaguError } from "../../core/errors.ts";
import { durableReplace, ensureDir, readTextIfExistsSync, statIfExistsSync } from "../files/files.ts";
import { dirname } from "../files/path.ts";

/**
 * Text of the file without blanks around it, null when there is none.
 * @param forbidden rights that nobody else may have
 * @throws DaguError when others may read it
 */
export function readSecretFile(path: string, forbidden = 0o077): string | null {
  const info = statIfExistsSync(path);
  if (!info) return null;
  if (!info.isFile) throw new DaguError(`Cannot use the secret in "${path}": it is not a file`);
  if (((info.mode ?? 0) & forbidden) !== 0) {
    const mode = ((info.mode ?? 0) & 0o777).toString(8);
    throw new DaguError(
      `Cannot use the secret in "${path}": others may read it (mode ${mode}); make another one, then chmod 600`,
    );
  }
  return readTextIfExistsSync(path)?.trim() ?? null;
}

/** Creates (0600) or replaces the file. */
export async function writeSecretFile(path: string, secret: string): Promise<void> {
  await ensureDir(dirname(path), { durable: true });
  await durableReplace(path, `${secret}\n`);
}
