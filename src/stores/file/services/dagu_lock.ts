/**
 * The lock of Dagu 1.30's scheduler: a folder that exists, with its time as the sign of life. Whoever leads here holds
 * it too, so that a scheduler of that program stands by, and waits where one of them is at work.
 */
import {
  durableReplaceSync,
  ensureDirSync,
  existsSync,
  removeIfExistsSync,
  statIfExistsSync,
} from "../../../platform/files/files.ts";
import { dirname } from "../../../platform/files/path.ts";

/** Silence after which a lock of that program counts as dead, there and here. */
const STALE_MS = 30_000;
/** Pause between two signs of life: a leader's own beat comes more often and would do this in vain. */
const SHOW_MS = 10_000;

export class DaguLock {
  readonly #path: string;
  /** When the time of somebody else's folder was first seen as it is, on the own monotonic clock. */
  #seen: { readonly time: number; readonly at: number } | null = null;
  /** When it was last shown to be in use, on the same clock. */
  #shown = -Infinity;

  /** @param path of the folder, absolute */
  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Takes the lock, also from another scheduler of this program: which of those leads is told elsewhere.
   * @param now milliseconds of the monotonic clock
   * @returns false while the other program holds it
   */
  take(now: number): boolean {
    ensureDirSync(dirname(this.#path));
    if (!this.#make() && !existsSync(this.#mark)) {
      if (!this.#isSilent(now)) return false;
      removeIfExistsSync(this.#path, { recursive: true });
      if (!this.#make()) return false;
    }
    // A folder in its place could not be replaced, and nobody would ever lead again.
    if (statIfExistsSync(this.#mark)?.isDirectory) removeIfExistsSync(this.#mark, { recursive: true });
    // A power cut that left the folder without its mark would make it that of the other program.
    durableReplaceSync(this.#mark, `${Deno.pid}\n`);
    this.#seen = null;
    this.#shown = now;
    return true;
  }

  /**
   * Shows that the lock is in use, as often as that is of use.
   * @param now milliseconds of the monotonic clock
   * @returns false when the other program has it
   */
  keep(now: number): boolean {
    if (now - this.#shown < SHOW_MS) return true;
    if (!existsSync(this.#mark)) return this.take(now);
    const time = Date.now() / 1000;
    Deno.utimeSync(this.#path, time, time);
    this.#shown = now;
    return true;
  }

  leave(): void {
    if (existsSync(this.#mark)) removeIfExistsSync(this.#path, { recursive: true });
  }

  /** Only a lock of ours has something in it. */
  get #mark(): string {
    return `${this.#path}/dagu-deno`;
  }

  #make(): boolean {
    try {
      Deno.mkdirSync(this.#path, { mode: 0o700 });
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) return false;
      throw error;
    }
  }

  #isSilent(now: number): boolean {
    const time = Deno.statSync(this.#path).mtime?.getTime() ?? 0;
    if (this.#seen?.time !== time) this.#seen = { time, at: now };
    return now - this.#seen.at > STALE_MS;
  }
}
