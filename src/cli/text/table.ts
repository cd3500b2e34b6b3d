/** Rows of cells under their titles, for a terminal. */
import { plainLine } from "./format.ts";

export function tableText(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const plain = rows.map((row) => row.map(plainLine));
  const widths = titles.map((title, i) => Math.max(title.length, ...plain.map((row) => row[i]!.length)));
  return [titles, ...plain].map((row) =>
    `${row.map((cell, i) => cell.padEnd(widths[i]!)).join("  ").trimEnd()}\n`
  ).join("");
}
