/** The time that ages and running durations are shown by. It moves only while something that is seen needs it. */
import { type Signal, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { every } from "./timers.ts";

const second: Signal<number> = signal(0);
const tenSeconds: Signal<number> = signal(0);
let users = 0;
let end = () => {};

/** Unix milliseconds, renewed every second, or every ten. */
export function useNow(every: "second" | "ten seconds" = "second"): number {
  useEffect(() => {
    if (users++ === 0) begin();
    return () => {
      if (--users === 0) end();
    };
  }, []);
  const { value } = every === "second" ? second : tenSeconds;
  return value === 0 ? Date.now() : value;
}

function begin(): void {
  tick();
  end = every(1000, tick);
}

function tick(): void {
  if (document.hidden) return;
  const now = Date.now();
  second.value = now;
  if (now - tenSeconds.value >= 10_000) tenSeconds.value = now;
}
