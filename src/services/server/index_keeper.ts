/** Keeps the index at the state of the files: fills it at the start, and looks now and then for what nobody told. */
import { pause } from "../../platform/timer.ts";
import type { IndexReadModel } from "../../stores/index/read_model.ts";

/** Pause between two looks for changes that nobody told of. */
const LOOK_MS = 30_000;

export class IndexKeeper {
  readonly #model: IndexReadModel;
  readonly #onError: (error: unknown) => void;
  #ended = false;
  #work: Promise<void> = Promise.resolve();

  constructor(model: IndexReadModel, onError: (error: unknown) => void) {
    this.#model = model;
    this.#onError = onError;
  }

  begin(): void {
    this.#work = this.#keep();
  }

  async end(): Promise<void> {
    this.#ended = true;
    this.#model.close();
    await this.#work;
  }

  async #keep(): Promise<void> {
    let verified = false;
    while (!this.#ended) {
      try {
        await this.#model.catchUp();
        if (!verified) await this.#model.verify();
        verified = true;
      } catch (error) {
        if (!this.#ended) this.#onError(error);
      }
      for (let waited = 0; waited < LOOK_MS && !this.#ended && this.#model.complete; waited += 250) {
        await pause(250);
      }
    }
  }
}
