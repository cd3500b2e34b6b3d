/** Failures that somebody at this browser has seen. */
import { type Signal, signal } from "@preact/signals";

const KEY = "seen";
const MAX_KEPT = 500;

/** Ids of runs. */
export const seen: Signal<ReadonlySet<string>> = signal(new Set<string>());

export function readSeen(): void {
  try {
    seen.value = new Set(JSON.parse(localStorage.getItem(KEY) ?? "[]") as string[]);
  } catch {
    seen.value = new Set();
  }
}

export function markSeen(ids: readonly string[]): void {
  const all = [...seen.value, ...ids].slice(-MAX_KEPT);
  seen.value = new Set(all);
  localStorage.setItem(KEY, JSON.stringify(all));
}
