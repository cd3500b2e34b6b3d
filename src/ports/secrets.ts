/** Where the value of a secret comes from. */
import type { SecretRef } from "../core/dag.ts";

export interface SecretProvider {
  /** @throws DaguError when there is no value; the message never holds one. */
  resolve(ref: SecretRef, place: SecretPlace): Promise<string>;
}

/** Where a definition stands, for what its secrets refer to. */
export interface SecretPlace {
  /** Folders in which files are looked for, in this order. */
  readonly baseDirs: readonly string[];
  /** Variables of the definition; they win over those of the host. */
  readonly variables: ReadonlyMap<string, string>;
}
