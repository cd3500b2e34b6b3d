/**
 * Moves through rows by keyboard: `j` and `k` go to the next and the one before, Enter opens, and letters press the
 * button of the row that carries them. Rows are elements with `data-row`; what opens has `data-open`; buttons have
 * `data-key`.
 */
import { useKeys } from "../keys.ts";

export function useRowKeys(): void {
  useKeys([
    { key: "j", does: "Next row", run: () => move(1) },
    { key: "k", does: "Row before", run: () => move(-1) },
    { key: "R", does: "Retry", run: () => press("R") },
    { key: "x", does: "Select, or mark as seen", run: () => press("x") },
    { key: "a", does: "Approve", run: () => press("a") },
    { key: "s", does: "Start", run: () => press("s") },
    { key: ".", does: "Stop", run: () => press(".") },
  ], []);
}

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-row]")];
}

/** The row in which the focus is. */
function currentRow(): HTMLElement | null {
  return document.activeElement?.closest<HTMLElement>("[data-row]") ?? null;
}

function move(by: number): void {
  const all = rows();
  const at = all.indexOf(currentRow()!);
  const next = all[at < 0 ? by > 0 ? 0 : all.length - 1 : Math.min(all.length - 1, Math.max(0, at + by))];
  next?.querySelector<HTMLElement>("[data-open]")?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function press(key: string): void {
  currentRow()?.querySelector<HTMLElement>(`[data-key="${key}"]`)?.click();
}
