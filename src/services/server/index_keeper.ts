/** Keeps the index at the state of the files: fills it at the start, and looks now and then for what nobody told. */
import type { Clock } from "../../ports/clock.ts";
import type { IndexReadModel } from "../../stores/index/read_model.ts";

/** Pause between two looks for changes that nobody told of. */
const LOOK_MS = 30_000;
/** Pause before another try, when the index could not be filled. */
const AGAIN_MS = 1000;

export class IndexKeeper {
  readonly #model: IndexReadModel;
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  readonly #ending = new AbortController();
  #work: Promise<void> = Promise.resolve();

  constructor(model: IndexReadModel, clock: Clock, onError: (error: unknown) => void) {
    this.#model = model;
    this.#clock = clock;
    this.#onError = onError;
  }

  begin(): void {
    this.#work = this.#keep(this.#ending.signal);
  }

  async end(): Promise<void> {
    this.#ending.abort();
    this.#model.close();
    await this.#work;
  }

  async #keep(signal: AbortSignal): Promise<void> {
    let verified = false;
    while (!signal.aborted) {
      const lost = new AbortController();
      this.#model.onIncomplete = () => lost.abort();
      try {
        await this.#model.catchUp();
        if (!verified) await this.#model.verify();
        verified = true;
      } catch (error) {
        if (!signal.aborted) this.#onError(error);
      }
      if (this.#model.complete) await this.#clock.rest(LOOK_MS, AbortSignal.any([signal, lost.signal]));
      else await this.#clock.sleep(AGAIN_MS, signal);
    }
  }
}
