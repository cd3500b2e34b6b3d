/** Parts of what a step wrote with the time of each line, of one stream or of both in the order of time. */
import { statIfExistsSync } from "../../../platform/files/files.ts";
import { readLogMarks } from "../../../platform/logs/log_marks.ts";
import { type LogPart, windowOf } from "./log_part.ts";
import type { LogAnswer, LogReader } from "./log_reader.ts";
import { type Hits, takeHits } from "./take_hits.ts";
import { type Stream, TimedLog, type TimedStream } from "./timed_log.ts";

/** Where a step wrote, as its record says. */
export interface StepStreams {
  /** "" when there is none. The same path twice when the streams share one file. */
  readonly stdout: string;
  readonly stderr: string;
  /** Unix milliseconds. */
  readonly startedAt: number;
}

/** All lines of a log without marks came so soon after its beginning that their time is known. */
const SHORT_MS = 1000;

export interface TimedAnswer extends LogAnswer {
  /** Of each line: Unix milliseconds, 0 when it is not known. */
  readonly times: readonly number[];
  readonly streams: readonly Stream[];
}

/** @throws ApiError for logs outside of the folders */
export async function readTimed(
  logs: LogReader,
  step: StepStreams,
  wanted: readonly Stream[],
  part: LogPart,
): Promise<TimedAnswer> {
  const { log, size, open } = await openTimed(logs, step, wanted);
  const total = log.lines;
  const { from, count } = windowOf(part);
  const first = from === 0 ? Math.max(1, total - count + 1) : from;
  const lines = log.read(first, count);
  return {
    lines: lines.map((line) => line.text),
    times: lines.map((line) => line.time),
    streams: lines.map((line) => line.stream),
    first,
    total,
    estimated: false,
    more: from === 0 ? first > 1 : first + lines.length - 1 < total,
    size,
    open,
  };
}

/** @throws ApiError for logs outside of the folders */
export async function searchTimed(
  logs: LogReader,
  step: StepStreams,
  wanted: readonly Stream[],
  search: {
    readonly test: (text: string) => boolean;
    readonly from: number;
    readonly limit: number;
    readonly gone: AbortSignal;
  },
): Promise<Hits & { readonly total: number }> {
  const { log } = await openTimed(logs, step, wanted);
  return {
    ...await takeHits(log.find(search.from, search.test), search.limit, search.gone),
    total: log.lines,
  };
}

async function openTimed(
  logs: LogReader,
  step: StepStreams,
  wanted: readonly Stream[],
): Promise<{ readonly log: TimedLog; readonly size: number; readonly open: boolean }> {
  const marks = await logs.locate(step.stdout) === "" ? [] : readLogMarks(step.stdout);
  const open = async (stream: Stream): Promise<TimedStream | null> => {
    const path = step[stream];
    if (!wanted.includes(stream)) return null;
    const index = await logs.index(path);
    if (!index) return null;
    const written = statIfExistsSync(path)?.mtime?.getTime() ?? 0;
    const known = marks.length > 0 || written - step.startedAt < SHORT_MS;
    return { index, lastTime: known ? written : 0 };
  };
  const streams = { stdout: await open("stdout"), stderr: await open("stderr") };
  const indexes = Object.values(streams).flatMap((stream) => stream?.index ?? []);
  return {
    log: new TimedLog(streams, marks),
    size: indexes.reduce((size, index) => size + index.size, 0),
    open: indexes.some((index) => index.open),
  };
}
