/**
 * Who asks again waits until the others were heard. Deno reads from some 100 connections in one go, and from those
 * first that were read last: of a greater crowd the same ones would be served all the time, the others never.
 */
import { pause } from "../time/timer.ts";

/** So many connections are a crowd. */
const CROWD = 100;

export class Turns {
  readonly #connections: () => number;
  readonly #moment: () => Promise<void>;
  /** Requests since the last look. */
  #served = 0;
  #quiet: Promise<void> | null = null;

  constructor(connections: () => number, moment: () => Promise<void> = () => pause(0)) {
    this.#connections = connections;
    this.#moment = moment;
  }

  /** Called when a request was served; resolves when its connection may ask again. */
  async next(): Promise<void> {
    if (this.#connections() < CROWD) return;
    this.#served++;
    await (this.#quiet ??= this.#untilQuiet());
  }

  /** Resolves when nobody of those that do not wait has asked for a moment. */
  async #untilQuiet(): Promise<void> {
    do {
      this.#served = 0;
      await this.#moment();
    } while (this.#served > 0);
    this.#quiet = null;
  }
}
