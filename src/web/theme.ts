/** Light, dark, or as the system has it. */
import { type Signal, signal } from "@preact/signals";

const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

export const theme: Signal<Theme> = signal("system");

export function startTheme(): void {
  const kept = localStorage.getItem("theme");
  setTheme(THEMES.find((one) => one === kept) ?? "system");
}

function setTheme(next: Theme): void {
  theme.value = next;
  const root = document.documentElement;
  if (next === "system") delete root.dataset.theme;
  else root.dataset.theme = next;
  if (next === "system") localStorage.removeItem("theme");
  else localStorage.setItem("theme", next);
}

/** What is seen now, the other way round. */
export function toggleTheme(): void {
  const dark = theme.value === "dark" ||
    theme.value === "system" && matchMedia("(prefers-color-scheme: dark)").matches;
  setTheme(dark ? "light" : "dark");
}
