/**
 * Changes as they happen, over one stream. A page says which topics it needs while it is shown; `runs`, `dags`,
 * `queues` and `workers` are always there.
 */
import { type Signal, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { apiAddress, authHeaders } from "./api/http.ts";
import { EventReader, type SentEvent } from "./api/event_reader.ts";
import { loggedOut } from "./session.ts";
import { after } from "./timers.ts";

/** Whether the stream stands; `off` until it was opened once. */
export const liveState: Signal<"off" | "on" | "lost"> = signal("off");
/** Grows when what was missed is not known: whoever shows something reads it again. */
export const resets: Signal<number> = signal(0);

/** Grows each time the stream begins: what was added to logs before it did is not told. */
export const opened: Signal<number> = signal(0);

const ALWAYS = ["runs", "dags", "queues", "workers"];
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 10_000;
/** The server sends something at least every 15 s. */
const SILENCE_MS = 40_000;

type Listener = (event: SentEvent) => void;
const listeners = new Set<Listener>();
const topics = new Map<string, number>();
let current: AbortController | null = null;
let lastEventId = "";
let failures = 0;
let endWait = () => {};

/** Opens the stream; it is opened again whenever it ends, until {@link stopLive}. */
export function startLive(): void {
  if (!current) open();
}

export function stopLive(): void {
  endWait();
  current?.abort();
  current = null;
  liveState.value = "off";
}

/** Calls back for each event of these types while the component is shown. */
export function useLive(
  types: readonly string[],
  onEvent: (event: SentEvent) => void,
  needs: readonly unknown[],
): void {
  useEffect(() => listen((event) => types.includes(event.type) && onEvent(event)), needs);
}

/** @returns a function that ends it */
export function listen(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Asks for a further topic, such as `run:NAME/ID`, while the component is shown. */
export function useTopic(topic: string | null): void {
  useEffect(() => topic === null ? undefined : addTopic(topic), [topic]);
}

/** @returns a function that ends it */
function addTopic(topic: string): () => void {
  topics.set(topic, (topics.get(topic) ?? 0) + 1);
  reopenSoon();
  return () => {
    const left = topics.get(topic)! - 1;
    if (left > 0) topics.set(topic, left);
    else topics.delete(topic);
    reopenSoon();
  };
}

/** Pages ask for several topics at once, and let go of some of them while they ask for others. */
function reopenSoon(): void {
  if (!current) return;
  endWait();
  endWait = after(20, open);
}

async function open(): Promise<void> {
  endWait();
  current?.abort();
  const mine = current = new AbortController();
  const wanted = [...ALWAYS, ...topics.keys()].join(",");
  try {
    const response = await fetch(apiAddress(`/events?topics=${encodeURIComponent(wanted)}`), {
      signal: mine.signal,
      headers: { ...authHeaders(), ...(lastEventId === "" ? {} : { "last-event-id": lastEventId }) },
      cache: "no-store",
    });
    if (response.status === 401) {
      stopLive();
      return loggedOut();
    }
    if (response.ok && response.body) await readAll(response.body, mine);
  } catch {
    // It is opened again.
  }
  if (current !== mine) return;
  liveState.value = "lost";
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures++) * (0.7 + Math.random() * 0.6);
  endWait = after(wait, open);
}

async function readAll(body: ReadableStream<Uint8Array<ArrayBuffer>>, mine: AbortController): Promise<void> {
  const reader = new EventReader();
  const decoder = new TextDecoder();
  const parts = body.getReader();
  for (;;) {
    const heard = after(SILENCE_MS, () => parts.cancel());
    const { done, value } = await parts.read();
    heard();
    if (done || current !== mine) return;
    for (const event of reader.read(decoder.decode(value, { stream: true }))) take(event);
  }
}

function take(event: SentEvent): void {
  if (event.id !== "") lastEventId = event.id;
  if (event.type === "hello") {
    failures = 0;
    liveState.value = "on";
    opened.value++;
    if ((event.data as { reset: boolean }).reset) resets.value++;
    return;
  }
  for (const listener of listeners) listener(event);
}
