/** What the history may hold of a definition with its env and parameters. */
import { maskTexts } from "../core/text/mask_texts.ts";
import type { Snapshot } from "../ports/run_store.ts";
import { maskerOf } from "./masker_of.ts";

/** The same with hidden values masked in what was resolved. */
export async function recordable(snapshot: Snapshot, hidden: readonly string[]): Promise<Snapshot> {
  const masker = await maskerOf(hidden);
  if (!masker) return snapshot;
  const { params, paramsJson, env } = snapshot;
  return { ...snapshot, ...maskTexts({ params, paramsJson, env }, masker) };
}
