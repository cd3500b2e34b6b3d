/** The first account: without one nobody could make others. */
import { base58 } from "../../../core/ids.ts";
import { DaguError } from "../../../core/errors.ts";
import { randomBytes } from "../../../platform/random.ts";
import { writeSecretFile } from "../../../platform/secrets/secret_file.ts";
import { ApiError } from "../http/api_error.ts";
import type { Accounts } from "./accounts.ts";

export interface FirstAdmin {
  readonly username: string;
  /** "" for one that is made at random and good for one login. */
  readonly password: string;
  /** File that gets a password that was made. */
  readonly file: string;
}

/**
 * Makes an administrator where there is no account at all.
 * @returns whether the file has a password for one login
 * @throws DaguError for a password that is too weak
 */
export async function ensureAdmin(
  accounts: Accounts,
  { username, password, file }: FirstAdmin,
): Promise<boolean> {
  if (accounts.list().length > 0) return false;
  try {
    if (password !== "") {
      await accounts.create({ username, password, role: "admin" });
      return false;
    }
    const oneTime = oneTimePassword();
    // First the file: an account whose password nobody knows would be in the way for ever.
    await writeSecretFile(file, oneTime);
    await accounts.create({ username, password: oneTime, role: "admin", oneTime: true });
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new DaguError(`Cannot make the account "${username}": ${error.message}`, { cause: error });
  }
}

/** A password that is good for one login. */
export function oneTimePassword(): string {
  return base58(randomBytes(16));
}
