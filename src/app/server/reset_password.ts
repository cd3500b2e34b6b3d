/** Gives an account a password when nobody can log in any more: whoever may write the files may do so. */
import type { Config } from "../../config/config.ts";
import { DaguError } from "../../core/errors.ts";
import { writeSecretFile } from "../../platform/secrets/secret_file.ts";
import { oneTimePassword } from "../../services/server/auth/first_admin.ts";
import { oneTimeFile } from "./one_time_file.ts";
import { openAccounts } from "./open_auth.ts";

/** @returns the file with the password. @throws DaguError when there is no such account */
export async function resetPassword(config: Config, username: string): Promise<string> {
  const accounts = openAccounts(config);
  const user = accounts.byName(username);
  if (!user) {
    const known = accounts.list().map((one) => one.username).join(", ") || "none";
    throw new DaguError(`Cannot reset the password of "${username}": no such account; there are: ${known}`);
  }
  const file = oneTimeFile(config, user.username);
  const password = oneTimePassword();
  await writeSecretFile(file, password);
  await accounts.setPassword(user.id, password, true);
  return file;
}
