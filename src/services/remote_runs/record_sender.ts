/** Sends what an agent tells, and what its steps write, to the coordinator: in order, and again until it is stored. */
import { DaguError } from "../../core/errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type { TaskClaim } from "../../ports/task.ts";
import type { RecordPart, TaskSource } from "../../ports/task_source.ts";
import { type Backoff, retrying } from "../worker/retrying.ts";
import { MAX_PART_BYTES } from "./part_pieces.ts";
import type { AgentPart, AttemptKey, OutputFiles, OutputPlace } from "./run_part.ts";

/** Most bytes of output in one piece, and most characters of JSON in one part. */
const PIECE_BYTES = 256 * 1024;
const PART_CHARACTERS = 256 * 1024;
/** With so many bytes a call is full: the less it holds, the narrower may the way be on which it comes through in time. */
const CALL_BYTES = 256 * 1024;
/** Of a character. */
const MOST_BYTES = 3;
/** Between two looks at files that grow. */
const LOOK_MS = 100;

export interface RecordSenderOptions {
  readonly source: Pick<TaskSource, "record">;
  readonly claim: TaskClaim;
  readonly backoff: Backoff;
  readonly clock: Clock;
  /** Bytes of a file from an offset on, at most so many. */
  readonly readRange: (path: string, offset: number, length: number) => Uint8Array;
}

interface Tail {
  readonly files: OutputFiles;
  readonly stream: "stdout" | "stderr";
  sent: number;
}

type Unnumbered = Omit<RecordPart, "number">;

export class RecordSender {
  readonly #options: RecordSenderOptions;
  readonly #parts: AgentPart[] = [];
  /** Of a part that is too large for one call. */
  #pieces: Unnumbered[] = [];
  readonly #tails = new Map<string, Tail>();
  readonly #lost = new AbortController();
  readonly #stored = Promise.withResolvers<void>();
  readonly #sent: Promise<void>;
  #number = 0;
  #finished = false;
  #wake: () => void = () => {};

  constructor(options: RecordSenderOptions) {
    this.#options = options;
    this.#sent = this.#send();
    this.#sent.catch((error) => this.#stored.reject(error));
    this.#stored.promise.catch(() => {});
  }

  /** Resolves when what was told first, the attempt, is on the coordinator's disk. Rejects when it is refused. */
  get begun(): Promise<void> {
    return this.#stored.promise;
  }

  take(part: AgentPart): void {
    this.#parts.push(part);
    this.#wake();
  }

  /** Rejects when what was told cannot be stored; resolves when all of it is. */
  get sent(): Promise<void> {
    return this.#sent;
  }

  /** Nothing more is told. Resolves when all is stored. @throws CallError when the task is not the worker's any more */
  async finish(): Promise<void> {
    this.#finished = true;
    this.#wake();
    await this.#sent;
  }

  /** Nobody wants to know any more. */
  abort(): void {
    this.#lost.abort();
    this.#wake();
  }

  async #send(): Promise<void> {
    const { source, claim, backoff } = this.#options;
    for (;;) {
      const batch = this.#batch();
      if (batch.length > 0) {
        await retrying(() => source.record(claim, batch), backoff, this.#lost.signal);
        if (this.#pieces.length === 0) this.#stored.resolve();
        continue;
      }
      if (this.#finished || this.#lost.signal.aborted) return;
      await this.#something();
    }
  }

  /** Waits until something was told, or files may have grown. */
  async #something(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    const over = new AbortController();
    const wait = this.#tails.size > 0 ? [this.#options.clock.sleep(LOOK_MS, over.signal)] : [];
    await Promise.race([promise, ...wait]);
    over.abort();
  }

  /** Parts for one call, numbered: output first, so that what a step wrote is there before the step has ended. */
  #batch(): RecordPart[] {
    const batch: RecordPart[] = [];
    let bytes = 0;
    const add = (part: Unnumbered) => {
      batch.push({ ...part, number: ++this.#number });
      bytes += part.json.length * MOST_BYTES + part.data.length;
    };
    while (bytes < CALL_BYTES) {
      const rest = this.#pieces.shift();
      if (rest) {
        add(rest);
        continue;
      }
      const next = this.#parts[0];
      const key = next?.kind === "close" ? next.key : null;
      const piece = this.#piece(key);
      if (piece) {
        add(piece);
        continue;
      }
      if (!next) break;
      if (next.kind === "files") this.#follow(next);
      else {
        const json = JSON.stringify(next);
        const large = json.length > PART_CHARACTERS;
        // What came before is told first: this one may be too large to be told at all.
        if (large && batch.length > 0) break;
        if (next.kind === "close") this.#forget(next.key);
        if (large) this.#pieces = inPieces(next.kind, json);
        else add({ kind: next.kind, json, ...NO_OUTPUT });
      }
      this.#parts.shift();
    }
    return batch;
  }

  #follow(files: OutputFiles): void {
    const streams = files.stdout === files.stderr
      ? ["stdout" as const]
      : ["stdout" as const, "stderr" as const];
    for (const stream of streams) {
      const id = `${files.key} ${files[stream]}`;
      if (!this.#tails.has(id)) this.#tails.set(id, { files, stream, sent: 0 });
    }
  }

  #forget(key: AttemptKey): void {
    for (const [id, { files }] of this.#tails) if (files.key === key) this.#tails.delete(id);
  }

  /** The next piece of output; of that attempt only when one is named. */
  #piece(key: AttemptKey | null): Unnumbered | null {
    for (const tail of this.#tails.values()) {
      const { files, stream } = tail;
      if (key !== null && files.key !== key) continue;
      const data = this.#options.readRange(files[stream], tail.sent, PIECE_BYTES);
      if (data.length === 0) continue;
      const place: OutputPlace = { key: files.key, merged: files.stdout === files.stderr };
      const offset = tail.sent;
      tail.sent += data.length;
      return { kind: "output", json: JSON.stringify(place), step: files.step, stream, offset, data };
    }
    return null;
  }
}

/** @throws DaguError when it is too large to be told at all */
function inPieces(kind: RecordPart["kind"], json: string): Unnumbered[] {
  const bytes = new TextEncoder().encode(json);
  if (bytes.length > MAX_PART_BYTES) {
    throw new DaguError(
      `Cannot tell the coordinator what the run did: one change of its record ("${kind}") has ${bytes.length} bytes, ` +
        `at most ${MAX_PART_BYTES} are allowed`,
    );
  }
  const pieces: Unnumbered[] = [];
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    const data = bytes.subarray(at, at + PIECE_BYTES);
    pieces.push({ ...NO_OUTPUT, kind: "piece", json: "", data });
  }
  return [...pieces, { ...NO_OUTPUT, kind, json: "" }];
}

const NO_OUTPUT = { step: "", stream: "", offset: 0, data: new Uint8Array() } as const;
