/** What the history may hold of a definition with its env and parameters. */
import type { Masker } from "../core/text/mask.ts";
import { formatEntries } from "../core/text/params_text.ts";
import { paramsJson } from "../eval/params.ts";
import { entriesOf } from "../eval/scope.ts";
import type { Snapshot } from "../ports/run_store.ts";
import { maskerOf } from "./masker_of.ts";

/** The same with hidden values masked in what was resolved. */
export async function recordable(snapshot: Snapshot, hidden: readonly string[]): Promise<Snapshot> {
  const masker = await maskerOf(hidden);
  if (!masker) return snapshot;
  const params = masked(snapshot.params, masker);
  const isHidden = masker.text(snapshot.paramsJson) !== snapshot.paramsJson;
  return {
    ...snapshot,
    params: formatEntries(params),
    paramsJson: isHidden ? paramsJson(params) : snapshot.paramsJson,
    env: formatEntries(masked(snapshot.env, masker)),
  };
}

/** Names stay: values are found by them. */
function masked(texts: readonly string[], masker: Masker): { name: string; value: string }[] {
  return texts.flatMap((text) => [...entriesOf([text])])
    .map(([name, value]) => ({ name, value: masker.text(value) }));
}
