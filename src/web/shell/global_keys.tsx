/** Keys that work on every page, and what they open. */
import { useEffect } from "preact/hooks";
import { lazy } from "./lazy.tsx";
import { to } from "../addresses.ts";
import { useKeys } from "../keys.ts";
import { go } from "../router.ts";
import { toggleTheme } from "../theme.ts";
import { after } from "../timers.ts";
import { NewPassword } from "./new_password.tsx";
import { overlay } from "./overlay.ts";

const loadPalette = () => import("./palette.tsx").then((module) => module.Palette);
const Palette = lazy(loadPalette);
const KeyList = lazy(() => import("./key_list.tsx").then((module) => module.KeyList));

const PRELOAD_MS = 1500;

export function GlobalKeys() {
  useKeys([
    { key: "Ctrl+k", does: "Search and act", run: () => overlay.value = "search" },
    { key: "?", does: "Show the keys", run: () => overlay.value = "keys" },
    { key: "g n", does: "Go to Now", run: () => go(to.now()) },
    { key: "g w", does: "Go to Workflows", run: () => go(to.workflows()) },
    { key: "g r", does: "Go to Runs", run: () => go(to.runs()) },
    { key: "g q", does: "Go to Queues", run: () => go(to.queues()) },
    { key: "g s", does: "Go to System", run: () => go(to.system()) },
    { key: "d", does: "Dark or light", run: toggleTheme },
  ], []);
  // Who presses the keys types on at once.
  useEffect(() => after(PRELOAD_MS, loadPalette), []);
  const close = () => overlay.value = "";
  if (overlay.value === "search") return <Palette onClose={close} />;
  if (overlay.value === "keys") return <KeyList onClose={close} />;
  if (overlay.value === "password") return <NewPassword onClose={close} />;
  return null;
}
