/** Answers of the server that a component shows and keeps up to date. */
import { useEffect, useState } from "preact/hooks";
import { ApiFailure, get, remembered } from "./api/http.ts";
import type { SentEvent } from "./api/event_reader.ts";
import { listen, resets } from "./live.ts";
import { after, every } from "./timers.ts";

export interface Resource<T> {
  /** The newest answer; of the same question from before while the first one is on its way. */
  readonly data: T | undefined;
  /** Why there is no answer, or none newer than `data`. */
  readonly error: ApiFailure | null;
  readonly loading: boolean;
  /** Reads it again; resolves when that is done. */
  readonly reload: () => Promise<void>;
  /** Shows something else until the next answer, for a change whose outcome is clear. */
  readonly patch: (change: (data: T) => T) => void;
}

export interface ResourceOptions {
  /** Events after which it is read again: at once, then at most every {@link GAP_MS}. */
  readonly on?: (event: SentEvent) => boolean;
  /** Reads it again so often while the page is seen, for what no event tells of. */
  readonly everyMs?: number;
}

const GAP_MS = 400;

interface Held<T> {
  readonly path: string | null;
  readonly data: T | undefined;
  readonly error: ApiFailure | null;
  readonly loading: boolean;
}

/** @param path below the API, with its query; null asks for nothing */
export function useResource<T>(path: string | null, options: ResourceOptions = {}): Resource<T> {
  const [held, setHeld] = useState<Held<T>>(() => begin<T>(path));
  const [reader, setReader] = useState<Reader<T> | null>(null);
  useEffect(() => {
    if (path === null) return setHeld(begin<T>(null));
    setHeld((old) => old.path === path ? old : begin<T>(path));
    const mine = new Reader<T>(path, (change) => setHeld((old) => ({ ...old, path, ...change })));
    setReader(mine);
    mine.read();
    return () => mine.end();
  }, [path, resets.value]);
  useEffect(() => reader && options.on ? listen((event) => options.on!(event) && reader.soon()) : undefined, [
    reader,
  ]);
  useEffect(() => {
    if (!reader || options.everyMs === undefined) return;
    return every(options.everyMs, () => document.hidden || reader.read());
  }, [reader, options.everyMs]);
  const shown = held.path === path ? held : begin<T>(path);
  return {
    ...shown,
    reload: () => reader?.read() ?? Promise.resolve(),
    patch: (change) => setHeld((old) => old.data === undefined ? old : { ...old, data: change(old.data) }),
  };
}

function begin<T>(path: string | null): Held<T> {
  const data = path === null ? undefined : remembered<T>(path);
  return { path, data, error: null, loading: path !== null && data === undefined };
}

/** Reads one path, one read at a time. */
class Reader<T> {
  readonly #path: string;
  readonly #show: (change: Partial<Held<T>>) => void;
  readonly #ending = new AbortController();
  #busy: Promise<void> | null = null;
  #again = false;
  #endWait: (() => void) | null = null;
  #lastAt = 0;

  constructor(path: string, show: (change: Partial<Held<T>>) => void) {
    this.#path = path;
    this.#show = show;
  }

  read(): Promise<void> {
    if (this.#busy) {
      this.#again = true;
      return this.#busy;
    }
    this.#endWait?.();
    this.#endWait = null;
    this.#lastAt = performance.now();
    this.#busy = this.#ask().finally(() => {
      this.#busy = null;
      if (this.#again && !this.#ending.signal.aborted) {
        this.#again = false;
        this.soon();
      }
    });
    return this.#busy;
  }

  soon(): void {
    if (this.#endWait) return;
    const wait = Math.max(0, GAP_MS - (performance.now() - this.#lastAt));
    this.#endWait = after(wait, () => this.read());
  }

  end(): void {
    this.#ending.abort();
    this.#endWait?.();
  }

  async #ask(): Promise<void> {
    try {
      const data = await get<T>(this.#path, this.#ending.signal);
      if (!this.#ending.signal.aborted) this.#show({ data, error: null, loading: false });
    } catch (error) {
      if (this.#ending.signal.aborted) return;
      this.#show({ error: failureOf(error), loading: false });
    }
  }
}

function failureOf(error: unknown): ApiFailure {
  return error instanceof ApiFailure ? error : new ApiFailure(0, "", String(error));
}
