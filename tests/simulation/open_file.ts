/** A file or folder that a process of the simulated world has open. */
import { current, type Process } from "./process.ts";
import type { Node } from "./disk.ts";

/** Of a flush: mostly some milliseconds, now and then much longer. */
const FLUSH_MS = 8;
const SLOW_FLUSH_MS = 600;

/** Who has the lock of a file, and who waits for it. */
interface Lock {
  holder: OpenFile;
  readonly waiting: { readonly file: OpenFile; readonly granted: () => void }[];
}

const locks = new WeakMap<Node, Lock>();

export class OpenFile {
  readonly #process: Process;
  readonly #node: Node;
  readonly #appends: boolean;
  #at = 0;
  #closed = false;

  constructor(process: Process, node: Node, appends: boolean) {
    this.#process = process;
    this.#node = node;
    this.#appends = appends;
    process.files.add(this);
  }

  writeSync(bytes: Uint8Array): number {
    this.#use();
    this.#process.beforeChange();
    const at = this.#appends ? this.#node.bytes.length : this.#at;
    const written = this.#process.world.disk.write(this.#node, at, bytes);
    this.#at = at + written;
    return written;
  }

  readSync(into: Uint8Array): number | null {
    this.#use();
    const bytes = this.#node.bytes.subarray(this.#at, this.#at + into.length);
    if (bytes.length === 0 && into.length > 0) return null;
    into.set(bytes);
    this.#at += bytes.length;
    return bytes.length;
  }

  seekSync(offset: number): number {
    return this.#at = offset;
  }

  statSync(): Deno.FileInfo {
    this.#use();
    return fileInfo(this.#node, this.#process);
  }

  truncateSync(length = 0): void {
    this.#use();
    this.#process.beforeChange();
    this.#process.world.disk.truncate(this.#node, length);
  }

  sync(): Promise<void> {
    this.#use();
    const { disk, random, timeline } = this.#process.world;
    const flushed = disk.flush(this.#node);
    const ms = random.chance(0.02) ? random.below(SLOW_FLUSH_MS) : 1 + random.below(FLUSH_MS);
    return new Promise((resolve) => {
      timeline.after(ms, () => {
        flushed();
        this.#process.deliver(resolve);
      });
    });
  }

  syncData(): Promise<void> {
    return this.sync();
  }

  syncSync(): void {
    this.#use();
    this.#process.world.disk.flush(this.#node)();
  }

  lock(): Promise<void> {
    this.#use();
    const lock = locks.get(this.#node);
    if (!lock) {
      locks.set(this.#node, { holder: this, waiting: [] });
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      lock.waiting.push({ file: this, granted: () => this.#process.deliver(resolve) });
    });
  }

  close(): void {
    this.#use();
    this.drop();
  }

  /** As the system closes what a process leaves open. */
  drop(): void {
    this.#closed = true;
    this.#process.files.delete(this);
    const lock = locks.get(this.#node);
    if (!lock) return;
    lock.waiting.splice(0, Infinity, ...lock.waiting.filter(({ file }) => file !== this));
    if (lock.holder !== this) return;
    const next = lock.waiting.shift();
    if (!next) return void locks.delete(this.#node);
    lock.holder = next.file;
    next.granted();
  }

  #use(): void {
    this.#process.alive();
    if (this.#closed) throw new Deno.errors.BadResource("Bad resource ID");
    if (current() !== this.#process) throw new Error("A file of another process is used");
  }
}

/** What the system tells of it; times are those of the machine that has the disk. */
export function fileInfo(node: Node, process: Process): Deno.FileInfo {
  const at = process.world.began + node.mtime;
  return {
    isFile: !node.isFolder,
    isDirectory: node.isFolder,
    isSymlink: false,
    isFifo: false,
    size: node.bytes.length,
    mtime: new Date(at),
    ino: node.id,
    dev: 1,
    mode: node.isFolder ? 0o700 : 0o600,
  } as Deno.FileInfo;
}
