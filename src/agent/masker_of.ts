/** The masker for the values that a run hides. */
import type { Masker } from "../core/text/mask.ts";

/** null when there is nothing to hide: then the code for it is not loaded. */
export async function maskerOf(hidden: readonly string[]): Promise<Masker | null> {
  return hidden.length === 0 ? null : new (await import("../core/text/mask.ts")).Masker(hidden);
}
