/** Where the value of a secret comes from. */
import type { SecretRef } from "../core/dag.ts";

export interface SecretProvider {
  /** @throws DaguError when there is no value; the message never holds one. */
  resolve(ref: SecretRef, baseDirs: readonly string[]): Promise<string>;
}
