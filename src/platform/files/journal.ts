import { startTimer } from "../time/timer.ts";

/** Between the beginnings of two flushes that nobody waits for. */
const APART_MS = 50;

/** An append-only file of lines. One call is one line is one write: a kill leaves at most one torn line, the last. */
export class Journal {
  readonly #file: Deno.FsFile;
  readonly #encoder = new TextEncoder();
  /** The last write was cut short: the next line must not be glued to it. */
  #torn = false;
  #dirty = false;
  #closed = false;
  #flushedAt = -Infinity;
  /** A flush that is due. */
  #soon: Promise<void> | null = null;
  #forget = () => {};
  #running: Promise<void> | null = null;
  #next: Promise<void> | null = null;

  private constructor(file: Deno.FsFile, torn: boolean) {
    this.#file = file;
    this.#torn = torn;
  }

  /** Opens or creates (0600) the file. A torn line at its end is closed off by the next append. */
  static open(path: string): Journal {
    const file = Deno.openSync(path, { append: true, read: true, create: true, mode: 0o600 });
    try {
      return new Journal(file, endsTorn(file));
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /**
   * Appends `line` and a newline. It is in the page cache when this returns: a kill of the process does not lose it.
   * @throws what the system says, e.g. when the disk is full; the journal stays usable.
   */
  append(line: string): void {
    const bytes = this.#encoder.encode(this.#torn ? `\n${line}\n` : line + "\n");
    const written = this.#file.writeSync(bytes);
    this.#torn = written < bytes.length;
    this.#dirty = true;
    if (!this.#torn) return;
    // The rest goes in a second call, which tells the reason when there is no room.
    let from = written;
    while (from < bytes.length) from += this.#file.writeSync(bytes.subarray(from));
    this.#torn = false;
  }

  /**
   * Resolves when everything appended before the call is on the disk. Calls that come while a write to the disk is
   * under way share the next one.
   */
  flush(): Promise<void> {
    if (!this.#dirty && !this.#running) return Promise.resolve();
    if (!this.#running) return this.#running = this.#sync();
    if (!this.#dirty) return this.#running;
    return this.#next ??= this.#running.catch(() => {}).then(() => {
      this.#next = null;
      return this.#running ??= this.#sync();
    });
  }

  /**
   * As {@link flush}, but not before {@link APART_MS} after the last one began: changes that follow each other fast go
   * to the disk together. Never resolves when the journal is closed meanwhile.
   */
  flushSoon(): Promise<void> {
    return this.#soon ??= this.#pause().then(() => {
      this.#soon = null;
      return this.flush();
    });
  }

  #pause(): Promise<void> {
    const left = this.#flushedAt + APART_MS - performance.now();
    if (left <= 0) return Promise.resolve();
    return new Promise((resolve) => this.#forget = startTimer(left, resolve));
  }

  async #sync(): Promise<void> {
    this.#dirty = false;
    this.#flushedAt = performance.now();
    try {
      await this.#file.syncData();
    } catch (error) {
      this.#dirty = true;
      throw error;
    } finally {
      this.#running = null;
    }
  }

  /** Flushes and closes. Further calls do nothing. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#forget();
    try {
      await this.flush();
    } finally {
      this.#file.close();
    }
  }

  /** Closes without bringing the rest to the disk: what it holds has been recorded elsewhere. */
  async discard(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#forget();
    await (this.#next ?? this.#running)?.catch(() => {});
    this.#file.close();
  }
}

function endsTorn(file: Deno.FsFile): boolean {
  const size = file.statSync().size;
  if (size === 0) return false;
  file.seekSync(size - 1, Deno.SeekMode.Start);
  const last = new Uint8Array(1);
  return file.readSync(last) === 1 && last[0] !== 10;
}
