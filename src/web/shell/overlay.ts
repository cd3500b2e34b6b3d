/** What lies over the page. */
import { type Signal, signal } from "@preact/signals";

export type Overlay = "" | "search" | "keys" | "password";

export const overlay: Signal<Overlay> = signal("");
