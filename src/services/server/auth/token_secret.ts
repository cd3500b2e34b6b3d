/** The secret that signs login tokens. */
import { DaguError } from "../../../core/errors.ts";
import { base58 } from "../../../core/ids.ts";
import { randomBytes } from "../../../platform/random.ts";
import { readSecretFile, writeSecretFile } from "../../../platform/secrets/secret_file.ts";

const LEAST_BYTES = 32;

/**
 * The one that was given, else the one in the file, which is made at the first start.
 * @throws DaguError for one that is too short, and for a file that others may read
 */
export async function tokenSecret(given: string, file: string): Promise<string> {
  const secret = given || readSecretFile(file) || await made(file);
  const length = new TextEncoder().encode(secret).length;
  if (length >= LEAST_BYTES) return secret;
  const where = given === "" ? `"${file}"` : "auth.builtin.token.secret";
  throw new DaguError(
    `Cannot use the secret in ${where}: it has ${length} bytes, at least ${LEAST_BYTES} are needed; ` +
      "without one, a secret is made at random",
  );
}

async function made(file: string): Promise<string> {
  const secret = base58(randomBytes(LEAST_BYTES));
  await writeSecretFile(file, secret);
  // Of several servers that begin at the same time the last one wins.
  return readSecretFile(file) ?? secret;
}
