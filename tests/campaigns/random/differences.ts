import type { Json } from "./case.ts";

export interface Difference {
  /** Keys that lead to it, with dots between them. */
  readonly path: string;
  readonly ours: Json | undefined;
  readonly theirs: Json | undefined;
}

/** Where two observations are not the same. */
export function differences(ours: Json | undefined, theirs: Json | undefined, path = ""): Difference[] {
  if (ours === theirs) return [];
  if (isTree(ours) && isTree(theirs)) {
    const keys = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])];
    return keys.flatMap((key) => differences(ours[key], theirs[key], path === "" ? key : `${path}.${key}`));
  }
  return [{ path, ours, theirs }];
}

function isTree(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null;
}

/** What stays the same of a difference while the definition gets smaller. */
export function kindOf({ path, ours, theirs }: Difference): string {
  const short = (value: Json | undefined) =>
    typeof value === "string" ? "text" : JSON.stringify(value)?.slice(0, 20);
  return `${path.replace(/\b(s?\d+|s[0-9])\b/g, "*")}: ${short(ours)}, ${short(theirs)}`;
}
