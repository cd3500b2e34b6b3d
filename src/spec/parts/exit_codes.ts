/** Lists of exit codes: a number, a text that is one, or a list of these. */
import { numberOf, type ObjectValue } from "../decode.ts";
import { quote } from "../issue_list.ts";

/** The codes of a field, [] when it is absent. Texts that are no numbers are reported. */
export function exitCodes(owner: ObjectValue, name: string): number[] {
  const value = owner.get(name);
  if (!value) return [];
  const codes: number[] = [];
  for (const { node, path } of value.items ?? [value]) {
    const text = node.kind === "scalar" ? node.text.trim() : "";
    const code = numberOf(node) ?? (/^-?\d+$/.test(text) ? Number(text) : NaN);
    if (Number.isFinite(code)) codes.push(Math.trunc(code));
    else owner.issues.add(path, `Expected an exit code such as 2, got ${quote(text)}`, node);
  }
  return codes;
}
