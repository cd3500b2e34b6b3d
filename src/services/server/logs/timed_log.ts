/**
 * The lines of a step's streams as one, in the order in which they came, each with its time: by the marks that the
 * agent left while the step ran. Between two marks, the stream that was quiet first comes first; the time of a line
 * is that of the last write of its stream before the next mark.
 */
import type { LineIndex } from "../../../platform/logs/line_index.ts";
import { findLines, type LineFound, readWindow } from "../../../platform/logs/line_window.ts";
import type { LogMark, StreamMark } from "../../../platform/logs/log_marks.ts";

export type Stream = "stdout" | "stderr";

/** One stream: its lines, and when it was written to last (Unix milliseconds, 0 when that tells nothing). */
export interface TimedStream {
  readonly index: LineIndex;
  readonly lastTime: number;
}

export interface TimedLine {
  readonly text: string;
  readonly stream: Stream;
  /** Unix milliseconds; 0 when it is not known. */
  readonly time: number;
}

/** Lines of each stream up to some place. */
type Counts = Readonly<Record<Stream, number>>;

/** Lines of one stream that follow each other. */
interface Piece {
  readonly stream: Stream;
  /** Of this stream; counts from 1. */
  readonly first: number;
  readonly count: number;
  readonly time: number;
}

const STREAMS: readonly Stream[] = ["stdout", "stderr"];
const NONE: Counts = { stdout: 0, stderr: 0 };

export class TimedLog {
  readonly #streams: Readonly<Record<Stream, TimedStream | null>>;
  /** What was looked at, with the end of the log as its last element. */
  readonly #marks: readonly LogMark[];
  readonly #ends = new Map<number, Counts>();

  /** @param streams null for one that is left out; their indexes have to be current */
  constructor(streams: Readonly<Record<Stream, TimedStream | null>>, marks: readonly LogMark[]) {
    this.#streams = streams;
    const end = (stream: TimedStream | null): StreamMark => ({
      size: Infinity,
      time: stream?.lastTime ?? 0,
    });
    this.#marks = [...marks, { stdout: end(streams.stdout), stderr: end(streams.stderr) }];
  }

  /** Lines of all streams. */
  get lines(): number {
    return sum(this.#endOf(this.#marks.length - 1));
  }

  /** Fewer lines than asked for where they are long. @param first counts from 1 */
  read(first: number, count: number): TimedLine[] {
    const pieces = this.#pieces(first, count);
    const texts = { stdout: this.#texts("stdout", pieces), stderr: this.#texts("stderr", pieces) };
    const lines: TimedLine[] = [];
    for (const { stream, count, time } of pieces) {
      for (let i = 0; i < count; i++) {
        const { value, done } = texts[stream].next();
        if (done) return lines;
        lines.push({ text: value, stream, time });
      }
    }
    return lines;
  }

  /** Lines of which `test` holds, from a line on, with places to rest; see {@link findLines}. */
  *find(first: number, test: (text: string) => boolean): Generator<LineFound> {
    const before = this.#countsBefore(first);
    const finders = STREAMS.map((stream) => this.#findIn(stream, before[stream] + 1, test));
    const heads = finders.map((finder) => finder.next());
    for (;;) {
      const [next] = heads.map((head, i) => ({ i, line: head.done ? Infinity : head.value.line }))
        .sort((a, b) => a.line - b.line);
      const head = heads[next!.i]!;
      if (head.done) return;
      yield head.value;
      heads[next!.i] = finders[next!.i]!.next();
    }
  }

  *#findIn(stream: Stream, first: number, test: (text: string) => boolean): Generator<LineFound> {
    const { index } = this.#streams[stream] ?? {};
    if (!index) return;
    for (const { line, text } of findLines(index, first, test)) {
      yield { line: this.#numberOf(stream, line), text };
    }
  }

  /** Where a line of one stream stands among all. @param line counts from 1 */
  #numberOf(stream: Stream, line: number): number {
    const at = this.#markWith((ends) => ends[stream] >= line);
    const before = this.#endOf(at - 1);
    const [leading] = this.#order(at);
    const others = leading === stream ? 0 : this.#endOf(at)[leading] - before[leading];
    return sum(before) + others + line - before[stream];
  }

  /** Lines of each stream before the one with a number. @param number counts from 1 */
  #countsBefore(number: number): Counts {
    const at = this.#markWith((ends) => sum(ends) >= number);
    const before = this.#endOf(at - 1);
    const [leading, other] = this.#order(at);
    const rest = Math.max(0, number - 1 - sum(before));
    const lead = Math.min(rest, this.#endOf(at)[leading] - before[leading]);
    return {
      ...before,
      [leading]: before[leading] + lead,
      [other]: before[other] + Math.min(rest - lead, this.#endOf(at)[other] - before[other]),
    };
  }

  #texts(stream: Stream, pieces: readonly Piece[]): Iterator<string> {
    const own = pieces.filter((piece) => piece.stream === stream);
    const { index } = this.#streams[stream] ?? {};
    if (!index || own.length === 0) return [].values();
    const count = own.reduce((count, piece) => count + piece.count, 0);
    return readWindow(index, own[0]!.first, count).lines.values();
  }

  #pieces(first: number, count: number): Piece[] {
    const pieces: Piece[] = [];
    let skip = first - 1;
    let left = count;
    const begin = this.#markWith((ends) => sum(ends) >= first);
    skip -= sum(this.#endOf(begin - 1));
    for (let at = begin; at < this.#marks.length && left > 0; at++) {
      const before = this.#endOf(at - 1);
      const end = this.#endOf(at);
      for (const stream of this.#order(at)) {
        const own = end[stream] - before[stream];
        const skipped = Math.min(skip, own);
        const taken = Math.min(own - skipped, left);
        skip -= skipped;
        left -= taken;
        const time = this.#marks[at]![stream].time;
        if (taken > 0) pieces.push({ stream, first: before[stream] + skipped + 1, count: taken, time });
      }
    }
    return pieces;
  }

  #order(at: number): readonly [Stream, Stream] {
    const { stdout, stderr } = this.#marks[at]!;
    return stderr.time < stdout.time ? ["stderr", "stdout"] : ["stdout", "stderr"];
  }

  /** The first mark at which something holds that goes on to hold. */
  #markWith(holds: (ends: Counts) => boolean): number {
    let low = 0;
    let high = this.#marks.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (holds(this.#endOf(middle))) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Lines up to a mark. One that goes on behind it counts where it ends. */
  #endOf(at: number): Counts {
    if (at < 0) return NONE;
    const known = this.#ends.get(at);
    if (known) return known;
    const ends = (stream: Stream) => {
      const index = this.#streams[stream]?.index;
      if (!index) return 0;
      const { size } = this.#marks[at]![stream];
      return size === Infinity ? index.lines : index.endsBefore(size);
    };
    const counts = { stdout: ends("stdout"), stderr: ends("stderr") };
    this.#ends.set(at, counts);
    return counts;
  }
}

function sum({ stdout, stderr }: Counts): number {
  return stdout + stderr;
}
