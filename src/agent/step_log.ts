/** The log files of one node, and whatever else gets its output: copies, masking, the captured text. */
import type { Masker, MaskStream } from "../core/text/mask.ts";
import { writeAllSync } from "../platform/files/files.ts";
import { freeBytes } from "../platform/files/disk_room.ts";
import { openAppend, type OpenFile, readRange, sizeOf } from "../platform/logs/log_files.ts";
import { KEPT_BYTES, LossyLog } from "../platform/logs/lossy_log.ts";
import type { StepLog } from "../ports/executor.ts";
import type { StepFiles } from "../ports/run_store.ts";
import { LogLimit } from "./log_limit.ts";

export interface AgentStepLogOptions {
  readonly files: StepFiles;
  readonly masker: Masker | null;
  /** Further files that get the streams; "" means none. */
  readonly copies: { readonly stdout: string; readonly stderr: string };
  /** Bytes of stdout to keep for the output of the step; 0 keeps none. */
  readonly captureLimit: number;
  /** Bytes of each log file. */
  readonly logLimit: number;
}

/** One stream on its way through this process. */
interface Sink {
  readonly log: LossyLog;
  readonly copy: OpenFile | null;
  readonly mask: MaskStream | null;
}

export class AgentStepLog implements StepLog {
  readonly stdout: string;
  readonly stderr: string;
  readonly direct: boolean;
  readonly #options: AgentStepLogOptions;
  readonly #limit: LogLimit;
  readonly #sinks: { stdout: Sink; stderr: Sink } | null;
  #captured: Uint8Array[] = [];
  #capturedBytes = 0;
  /** Where the current execution's output begins in the file. */
  #begin = 0;
  #executions = 0;

  constructor(options: AgentStepLogOptions) {
    const { files, copies } = options;
    this.#options = options;
    this.#limit = new LogLimit([files.stdout, files.stderr], options.logLimit);
    this.stdout = files.stdout;
    this.stderr = files.stderr;
    const merged = files.stdout === files.stderr;
    // A merged file cannot tell what was stdout, so a capture has to see the bytes pass. A disk that the logs could
    // fill up is no reason for a program to fail, as it might when it cannot write.
    this.direct = options.masker === null && copies.stdout === "" && copies.stderr === "" &&
      !(merged && options.captureLimit > 0) && !isScarce(options);
    this.#sinks = this.direct ? null : openSinks(options, merged);
  }

  get fresh(): boolean {
    return this.#executions === 1;
  }

  // deno-lint-ignore require-await
  async write(stream: "stdout" | "stderr", bytes: Uint8Array): Promise<void> {
    const sink = (this.#sinks ?? this.#openLate())[stream];
    if (stream === "stdout") this.#keep(bytes);
    this.#pass(sink, sink.mask ? sink.mask.push(bytes) : bytes);
  }

  /** A new execution begins: what it writes to stdout is what will be captured. */
  begin(): void {
    const { captureLimit } = this.#options;
    if (this.#executions++ > 0) this.#limit.settle();
    this.#begin = captureLimit > 0 || !this.direct ? sizeOf(this.stdout) : 0;
    this.#limit.watch(captureLimit > 0 && this.direct ? this.#begin + captureLimit + 1 : 0);
    this.#captured = [];
    this.#capturedBytes = 0;
  }

  /** Text that the current execution wrote to stdout; null when it is longer than the limit. */
  captured(): string | null {
    const limit = this.#options.captureLimit;
    const bytes = this.direct && this.#late === null
      ? readRange(this.stdout, this.#begin, limit + 1)
      : concat(this.#captured, this.#capturedBytes);
    return bytes.length > limit ? null : new TextDecoder().decode(bytes);
  }

  /** Writes what masking still holds back. */
  flush(): void {
    const sinks = this.#sinks ?? this.#late;
    if (!sinks) return;
    for (const sink of [sinks.stdout, sinks.stderr]) if (sink.mask) this.#pass(sink, sink.mask.end());
  }

  close(): void {
    const sinks = this.#sinks ?? this.#late;
    if (sinks) {
      this.flush();
      for (const log of new Set([sinks.stdout.log, sinks.stderr.log])) log.close();
      for (const { copy } of [sinks.stdout, sinks.stderr]) copy?.close();
    }
    if (this.#executions > 0) this.#limit.settle();
  }

  /** An executor of our own writes, though a process might have been given the files. */
  #late: { stdout: Sink; stderr: Sink } | null = null;
  #openLate(): { stdout: Sink; stderr: Sink } {
    return this.#late ??= openSinks(this.#options, this.stdout === this.stderr);
  }

  #pass(sink: Sink, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    sink.log.write(bytes);
    if (sink.copy) writeAllSync(sink.copy, bytes);
  }

  #keep(bytes: Uint8Array): void {
    const room = this.#options.captureLimit + 1 - this.#capturedBytes;
    if (this.#options.captureLimit === 0 || room <= 0) return;
    const part = bytes.slice(0, room);
    this.#captured.push(part);
    this.#capturedBytes += part.length;
  }
}

function openSinks(options: AgentStepLogOptions, merged: boolean): { stdout: Sink; stderr: Sink } {
  const { files, copies, masker } = options;
  const room = () => freeBytes(files.stdout);
  const out = new LossyLog(files.stdout, room);
  const err = merged ? out : new LossyLog(files.stderr, room);
  const sink = (log: LossyLog, copy: string): Sink => ({
    log,
    copy: copy === "" ? null : openAppend(copy),
    mask: masker ? masker.stream() : null,
  });
  return { stdout: sink(out, copies.stdout), stderr: sink(err, copies.stderr) };
}

/** Whether the disk has less room than the logs may take. */
function isScarce({ files, logLimit }: AgentStepLogOptions): boolean {
  return freeBytes(files.stdout) < 2 * logLimit + KEPT_BYTES;
}

function concat(parts: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
