import type { Case, Json, Part } from "./case.ts";

type Holds = (value: Json) => Promise<boolean>;

/** The value without the parts that it holds without: first its members or items, then parts of these. */
async function reduce(value: Json, holds: Holds): Promise<Json> {
  if (typeof value !== "object" || value === null) return value;
  const isList = Array.isArray(value);
  let entries = Object.entries(value);
  const make = (rest: typeof entries): Json =>
    isList ? rest.map(([, item]) => item) : Object.fromEntries(rest);
  for (let at = entries.length - 1; at >= 0; at--) {
    const rest = entries.filter((_, i) => i !== at);
    if (await holds(make(rest))) entries = rest;
  }
  for (const at of entries.keys()) {
    const put = (item: Json) =>
      entries.map((entry, i): [string, Json] => i === at ? [entry[0], item] : entry);
    entries = put(await reduce(entries[at]![1], (item) => holds(make(put(item)))));
  }
  return make(entries);
}

/** Whether it still means something: arguments begin with the option that they belong to. */
function isCase(value: Json): value is Json & Case {
  if (typeof value !== "object" || value === null) return false;
  if (!("documents" in value && "base" in value && "args" in value && "retry" in value)) return false;
  const { documents, args } = value as unknown as Case;
  const given = args.length === 0 || (args.length > 1 && String(args[0]).startsWith("-"));
  return given && documents.length > 0 && documents.every((one) => "steps" in (one as Part));
}

/** Takes parts away until the case would not be any more what it is. */
export async function shrink(one: Case, isStill: (one: Case) => Promise<boolean>): Promise<Case> {
  const less = await reduce(
    { ...one },
    async (value) => isCase(value) && await isStill(value),
  ) as unknown as Case;
  return JSON.stringify(less).length < JSON.stringify(one).length ? await shrink(less, isStill) : one;
}
