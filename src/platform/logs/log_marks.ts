/**
 * A file beside the log of a step that tells later which line came when: how long its streams were, and when they had
 * last grown, as it was seen now and then while the step went on. Processes write into their logs without anybody in
 * between, so that is all that can be known. A line of it is `<bytes of stdout> <time> <bytes of stderr> <time>`,
 * times in Unix milliseconds.
 */
import { statIfExistsSync } from "../files/files.ts";
import { soundText } from "../files/sound_text.ts";

const ENDING = ".marks";
/** Marks that a log may have at once, and for each second of its life: what bounds the file. */
const BURST = 1000;
const PER_SECOND = 1;

/** How far one stream had grown, and when that was. */
export interface StreamMark {
  /** Bytes. */
  readonly size: number;
  /** Unix milliseconds. */
  readonly time: number;
}

/** `stderr` stays at 0 where both streams share one file. */
export interface LogMark {
  readonly stdout: StreamMark;
  readonly stderr: StreamMark;
}

const NOTHING: StreamMark = { size: 0, time: 0 };

/** Writes the marks of one log. */
export class LogMarkWriter {
  readonly #stdout: string;
  readonly #stderr: string;
  readonly #begin: number;
  #last: LogMark | null = null;
  #written = 0;

  /** @param stderr the same path when the streams share one file */
  constructor(stdout: string, stderr: string, now: number) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#begin = now;
  }

  /** Leaves a mark when something was written since the last one. @throws when it cannot be written */
  look(now: number): void {
    const shared = this.#stdout === this.#stderr;
    const mark = { stdout: markOf(this.#stdout), stderr: shared ? NOTHING : markOf(this.#stderr) };
    const last = this.#last ?? { stdout: NOTHING, stderr: NOTHING };
    if (mark.stdout.size === last.stdout.size && mark.stderr.size === last.stderr.size) return;
    if (this.#written >= BURST + (now - this.#begin) / 1000 * PER_SECOND) return;
    Deno.writeTextFileSync(this.#stdout + ENDING, lineOf(mark), { append: true, mode: 0o600 });
    this.#last = mark;
    this.#written++;
  }
}

/** The marks of a log, as far as they fit to each other; none when there is no such file. */
export function readLogMarks(stdout: string): LogMark[] {
  const marks: LogMark[] = [];
  for (const line of soundText(stdout + ENDING).split("\n")) {
    const match = /^(\d{1,15}) (\d{1,15}) (\d{1,15}) (\d{1,15})$/.exec(line);
    if (!match) continue;
    const [outSize, outTime, errSize, errTime] = match.slice(1).map(Number);
    const mark = { stdout: { size: outSize, time: outTime }, stderr: { size: errSize, time: errTime } };
    // What was cut off a log since is not in it.
    while (marks.length > 0 && isLonger(marks.at(-1)!, mark)) marks.pop();
    marks.push(mark);
  }
  return marks;
}

function isLonger(one: LogMark, other: LogMark): boolean {
  return one.stdout.size > other.stdout.size || one.stderr.size > other.stderr.size;
}

function markOf(path: string): StreamMark {
  const info = statIfExistsSync(path);
  return info ? { size: info.size, time: info.mtime?.getTime() ?? 0 } : NOTHING;
}

function lineOf({ stdout, stderr }: LogMark): string {
  return `${stdout.size} ${stdout.time} ${stderr.size} ${stderr.time}\n`;
}
