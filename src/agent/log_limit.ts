/**
 * Keeps log files below a size, whoever writes them: programs have the files themselves, so what stands beyond the
 * limit is cut off while it comes. They append, so each goes on behind the cut.
 */
import { truncationNote } from "../core/log_limit.ts";
import { appendNote, cutFile } from "../platform/logs/log_files.ts";
import { Pulse } from "../platform/time/pulse.ts";
import { startTimer } from "../platform/time/timer.ts";

const looks = /* @__PURE__ */ new Pulse(1000);
/** Who is over the limit writes much. */
const LOOK_AGAIN_MS = 100;

export class LogLimit {
  readonly #paths: readonly string[];
  readonly #limit: number;
  readonly #cut = new Set<string>();
  #stopLooking: () => void = () => {};

  /** @param limit bytes of each file */
  constructor(paths: readonly string[], limit: number) {
    this.#paths = [...new Set(paths)];
    this.#limit = limit;
  }

  /** Begins to look. @param kept bytes of the first file that stay for now, though they are over the limit */
  watch(kept = 0): void {
    const look = () => {
      this.#stopLooking();
      this.#look(kept);
      this.watch(kept);
    };
    this.#stopLooking = this.#cut.size > 0 ? startTimer(LOOK_AGAIN_MS, look) : looks.listen(look);
  }

  /** Ends the looks and leaves a note in each file that was too long. */
  settle(): void {
    this.#stopLooking();
    this.#look(0);
    for (const path of this.#cut) appendNote(path, truncationNote(this.#limit));
    this.#cut.clear();
  }

  #look(kept: number): void {
    for (const [i, path] of this.#paths.entries()) {
      if (cutFile(path, i === 0 ? Math.max(kept, this.#limit) : this.#limit)) this.#cut.add(path);
    }
  }
}
