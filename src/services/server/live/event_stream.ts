/** Server-sent events to one client. */
import { startInterval } from "../../../platform/time/timer.ts";

/** So often something is sent, so that a dead connection is noticed, and a login that has ended. */
const BEAT_MS = 15_000;
/** A client that has so much to take yet is too slow: it comes back and asks for what it missed. */
const MAX_WAITING = 4 * 1024 * 1024;

export class EventStream {
  readonly body: ReadableStream<Uint8Array>;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  readonly #ends: (() => void)[] = [];
  readonly #encoder = new TextEncoder();
  #ended = false;

  /** @param stillIn whether the client would be let in again; its stream ends when it would not */
  constructor(stillIn: () => Promise<boolean>) {
    this.body = new ReadableStream({
      start: (controller) => {
        this.#controller = controller;
      },
      cancel: () => this.end(),
    }, { highWaterMark: MAX_WAITING, size: (chunk) => chunk!.length });
    this.onEnd(startInterval(BEAT_MS, async () => {
      if (await stillIn()) this.#write(": beat\n\n");
      else this.end();
    }));
  }

  /** @param id with which a client that comes back can go on behind this event */
  send(type: string, data: unknown, id = ""): void {
    this.#write(`${id === "" ? "" : `id: ${id}\n`}event: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Calls back when it ends; at once when it has. */
  onEnd(callback: () => void): void {
    if (this.#ended) callback();
    else this.#ends.push(callback);
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const end of this.#ends) end();
    try {
      this.#controller.close();
    } catch {
      // The client has gone.
    }
  }

  #write(text: string): void {
    if (this.#ended) return;
    if ((this.#controller.desiredSize ?? 0) <= 0) return this.end();
    this.#controller.enqueue(this.#encoder.encode(text));
  }
}
