/** An event of a run with the hidden values in it masked. */
import type { RunEvent } from "../core/run.ts";
import type { Masker } from "../core/text/mask.ts";
import { maskTexts } from "../core/text/mask_texts.ts";

/**
 * What the program itself calls runs, nodes, people and files: a secret that happens to be part of such a name is not
 * told by it, and whoever reads the record finds things by it.
 */
const NAMES: ReadonlySet<string> = new Set([
  "approvedBy",
  "dagRunId",
  "log",
  "rejectedBy",
  "stderr",
  "stdout",
  "workerId",
]);

/** The same with every text masked that commands, values and errors had a part in. */
export function maskedEvent<E extends RunEvent>(event: E, masker: Masker): E {
  return { ...event, patch: masked(event.patch, masker) };
}

function masked<T extends object>(patch: T, masker: Masker): T {
  const entries = Object.entries(patch).map(([name, value]) => {
    if (NAMES.has(name)) return [name, value];
    if (name !== "children" && name !== "childrenRepeated") return [name, maskTexts(value, masker)];
    return [name, (value as object[]).map((child) => masked(child, masker))];
  });
  return Object.fromEntries(entries);
}
