/** Who is told of changes on the disk: those who watch, of what is done on their own machine, a moment later. */
import { current, type Process } from "./process.ts";

const DELAY_MS = 3;

interface Event {
  readonly kind: string;
  readonly paths: string[];
}

class Watch {
  readonly #events: Event[] = [];
  #next: ((result: IteratorResult<Event>) => void) | null = null;
  #closed = false;

  constructor(
    readonly process: Process,
    readonly folders: readonly string[],
    readonly recursive: boolean,
    readonly onClose: (watch: Watch) => void,
  ) {}

  sees(path: string): boolean {
    return this.folders.some((folder) =>
      path.startsWith(`${folder}/`) && (this.recursive || path.indexOf("/", folder.length + 1) < 0)
    );
  }

  tell(event: Event): void {
    if (this.#closed) return;
    const next = this.#next;
    this.#next = null;
    if (next) next({ done: false, value: event });
    else this.#events.push(event);
  }

  close(): void {
    this.#closed = true;
    this.onClose(this);
    this.#next?.({ done: true, value: undefined });
  }

  next(): Promise<IteratorResult<Event>> {
    const value = this.#events.shift();
    if (value) return Promise.resolve({ done: false, value });
    if (this.#closed) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => this.#next = resolve);
  }

  [Symbol.asyncIterator]() {
    return this;
  }
}

export class Watches {
  readonly #watches = new Set<Watch>();

  open(process: Process, folders: readonly string[], recursive: boolean): Watch {
    const watch = new Watch(process, folders, recursive, (one) => this.#watches.delete(one));
    this.#watches.add(watch);
    process.onEnd(() => this.#watches.delete(watch));
    return watch;
  }

  changed(kind: string, paths: readonly string[]): void {
    if (this.#watches.size === 0) return;
    const { machine } = current();
    for (const watch of this.#watches) {
      if (watch.process.machine !== machine) continue;
      const seen = paths.filter((path) => watch.sees(path)).map((path) => watch.process.mount + path);
      if (seen.length > 0) watch.process.after(DELAY_MS, () => watch.tell({ kind, paths: seen }));
    }
  }
}
