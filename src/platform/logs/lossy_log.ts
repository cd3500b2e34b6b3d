/** A log that goes on when its disk is full: what cannot be stored is left out, and a note stands in its place. */
import { writeAllSync } from "../files/files.ts";
import { openAppend, type OpenFile } from "./log_files.ts";

/** What a log leaves of a disk, for the records of runs and their ends. One that leaves out goes on at twice as much. */
export const KEPT_BYTES = 256 * 1024;

export class LossyLog {
  readonly #file: OpenFile;
  readonly #room: () => number;
  #dropped = 0;

  /** @param room bytes that the disk has left */
  constructor(path: string, room: () => number) {
    this.#file = openAppend(path);
    this.#room = room;
  }

  /** Never throws. */
  write(bytes: Uint8Array): void {
    // Small writes would else pass where large ones do not, each with a note before it.
    const kept = this.#dropped === 0 ? KEPT_BYTES : 2 * KEPT_BYTES;
    if (this.#room() < kept + bytes.length) return void (this.#dropped += bytes.length);
    let at = 0;
    try {
      this.#note();
      while (at < bytes.length) at += this.#file.writeSync(bytes.subarray(at));
    } catch {
      this.#dropped += bytes.length - at;
    }
  }

  close(): void {
    try {
      this.#note();
    } catch {
      // There is no room for that either.
    } finally {
      this.#file.close();
    }
  }

  #note(): void {
    if (this.#dropped === 0) return;
    const note = `\n[left out: ${this.#dropped} bytes, the disk is full]\n`;
    writeAllSync(this.#file, new TextEncoder().encode(note));
    this.#dropped = 0;
  }
}
