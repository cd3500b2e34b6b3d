import type { Masker } from "./mask.ts";

/** The same value with every text in it masked. */
export function maskTexts<T>(value: T, masker: Masker): T {
  if (typeof value === "string") return masker.text(value) as T;
  if (Array.isArray(value)) return value.map((item) => maskTexts(item, masker)) as T;
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, maskTexts(item, masker)])) as T;
}
