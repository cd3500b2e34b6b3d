/** The keyboard. Single keys do nothing while somebody types, and can be turned off. */
import { type Signal, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

export interface Shortcut {
  /** As in `KeyboardEvent.key`; two keys one after the other are written with a space: `g r`; `Ctrl+k` with Ctrl or ⌘. */
  readonly key: string;
  /** What it does, for the list of keys. */
  readonly does: string;
  readonly run: (event: KeyboardEvent) => void;
}

/** Single keys are listened to. */
export const keysOn: Signal<boolean> = signal(true);
/** All that is listened to now, innermost first. */
export const shortcuts: Signal<readonly Shortcut[]> = signal([]);

const FOLLOW_MS = 1200;
let first = "";
let firstAt = 0;

export function startKeys(): void {
  keysOn.value = localStorage.getItem("keys") !== "off";
  document.addEventListener("keydown", onKey);
}

export function setKeysOn(on: boolean): void {
  keysOn.value = on;
  if (on) localStorage.removeItem("keys");
  else localStorage.setItem("keys", "off");
}

/** Listens while the component is shown. @param needs what the functions depend on */
export function useKeys(wanted: readonly Shortcut[], needs: readonly unknown[]): void {
  useEffect(() => {
    shortcuts.value = [...wanted, ...shortcuts.value];
    return () => {
      shortcuts.value = shortcuts.value.filter((one) => !wanted.includes(one));
    };
  }, needs);
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  const withControl = event.ctrlKey || event.metaKey;
  if (
    !withControl &&
    (!keysOn.value || isTyping(event.target as Element) || document.querySelector("dialog[open]"))
  ) {
    return;
  }
  const key = withControl ? `Ctrl+${event.key.toLowerCase()}` : event.key;
  const now = event.timeStamp;
  const pair = first !== "" && now - firstAt < FOLLOW_MS ? `${first} ${key}` : "";
  first = "";
  const found = shortcuts.value.find((one) => one.key === pair) ??
    shortcuts.value.find((one) => one.key === key);
  if (found) {
    event.preventDefault();
    found.run(event);
  } else if (shortcuts.value.some((one) => one.key.startsWith(`${key} `))) {
    first = key;
    firstAt = now;
  }
}

function isTyping(target: Element | null): boolean {
  return target?.closest?.(
    "input:not([type=checkbox]):not([type=radio]),textarea,select,[contenteditable=true],.cm-editor",
  ) != null;
}
