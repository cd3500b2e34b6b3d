/** Keeps `status.jsonl` fresh for whoever looks at it, without writing more than a run is worth. */
import { existsSync, writeAllSync } from "../../../platform/files/files.ts";
import { basename, dirname } from "../../../platform/files/path.ts";
import { startTimer } from "../../../platform/time/timer.ts";

/** Snapshots by the timer: bytes a second while a run is young, and after {@link YOUNG_BYTES} of them. */
const YOUNG_RATE = 512 * 1024;
const OLD_RATE = 16 * 1024;
const YOUNG_BYTES = 3 * 1024 * 1024;
/** Between two snapshots: a short run is over before it has written any. */
const QUIET_MS = 100;
/** A file that grew beyond this is begun anew, with its last line alone. */
const MAX_FILE_BYTES = 4 * 1024 * 1024;

export interface StatusWriterOptions {
  readonly path: string;
  /** Open for appending; the writer closes it. */
  readonly file: Deno.FsFile;
  /** Bytes that stand in the file already. */
  readonly written: number;
  /** The line for the record as it is now, without newline. */
  readonly render: () => string;
  /** Something could not be written. */
  readonly onError: (error: unknown) => void;
  /** The file has been begun anew and holds everything up to now. */
  readonly onCompact: () => void;
}

/**
 * Appends a snapshot after a change: soon when the events since the last one are as long as a snapshot (so that
 * snapshots at most double what is written), else when the bandwidth limit allows.
 */
export class StatusWriter {
  readonly #options: StatusWriterOptions;
  readonly #encoder = new TextEncoder();
  #file: Deno.FsFile;
  #fileBytes: number;
  #lineBytes: number;
  #total: number;
  #eventBytes = 0;
  #lastAt = performance.now();
  #forget: (() => void) | null = null;
  #dueAt = Infinity;
  #closed = false;

  constructor(options: StatusWriterOptions) {
    this.#options = options;
    this.#file = options.file;
    this.#fileBytes = this.#lineBytes = this.#total = options.written;
  }

  /** The record changed by an event whose line has that many bytes. */
  changed(eventBytes: number): void {
    if (this.#closed) return;
    this.#eventBytes += eventBytes;
    const rate = this.#total < YOUNG_BYTES ? YOUNG_RATE : OLD_RATE;
    const wait = this.#eventBytes >= this.#lineBytes ? 0 : this.#lineBytes * 1000 / rate;
    const due = this.#lastAt + Math.max(QUIET_MS, wait);
    const now = performance.now();
    if (due <= now) return this.write();
    if (due >= this.#dueAt) return;
    this.#forget?.();
    this.#dueAt = due;
    this.#forget = startTimer(due - now, () => this.write());
  }

  /** Appends a snapshot now. */
  write(): void {
    this.#stopTimer();
    if (this.#closed) return;
    try {
      if (this.#isReplaced()) return;
      const bytes = this.#encoder.encode(this.#options.render() + "\n");
      if (this.#fileBytes + bytes.length > Math.max(MAX_FILE_BYTES, 8 * bytes.length)) this.#compact(bytes);
      else this.#append(bytes);
      this.#fileBytes += bytes.length;
      this.#lineBytes = bytes.length;
      this.#total += bytes.length;
      this.#eventBytes = 0;
    } catch (error) {
      this.#options.onError(error);
    }
    this.#lastAt = performance.now();
  }

  /** All or nothing: a part of a line would spoil the next one for other readers. */
  #append(bytes: Uint8Array): void {
    try {
      writeAllSync(this.#file, bytes);
    } catch (error) {
      this.#file.truncateSync(this.#fileBytes);
      throw error;
    }
  }

  /** True when another process has put a file of its own in the place of this one: the attempt is no longer ours. */
  get replaced(): boolean {
    return this.#isReplaced();
  }

  /** True when there is such a file of another process; nobody has taken one that somebody has removed. */
  get taken(): boolean {
    return this.#isReplaced() && existsSync(this.#options.path);
  }

  /** Stops; nothing more is written. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopTimer();
    this.#file.close();
  }

  #stopTimer(): void {
    this.#forget?.();
    this.#forget = null;
    this.#dueAt = Infinity;
  }

  #isReplaced(): boolean {
    if (this.#closed) return false;
    const own = this.#file.statSync();
    try {
      const now = Deno.statSync(this.#options.path);
      return now.ino !== own.ino || now.dev !== own.dev;
    } catch {
      return true;
    }
  }

  /** In one go, without letting anything else run: events that come later belong to the new file. */
  #compact(bytes: Uint8Array): void {
    const { path } = this.#options;
    const temporary = `${dirname(path)}/.${basename(path)}.${Deno.pid}.tmp`;
    const file = Deno.openSync(temporary, { append: true, create: true, mode: 0o600 });
    try {
      file.truncateSync(0);
      writeAllSync(file, bytes);
      file.syncSync();
      Deno.renameSync(temporary, path);
    } catch (error) {
      file.close();
      throw error;
    }
    this.#file.close();
    this.#file = file;
    this.#fileBytes = 0;
    const folder = Deno.openSync(dirname(path));
    try {
      folder.syncSync();
    } finally {
      folder.close();
    }
    this.#options.onCompact();
  }
}
