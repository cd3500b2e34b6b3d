/** A part of a log, as the API tells it. */
import { flag, type Infer, integer, list, named, object, optional, text, word } from "../http/schema.ts";
import type { LogAnswer } from "../logs/log_reader.ts";
import type { TimedAnswer } from "../logs/timed_logs.ts";

export const logShape = named(
  "Log",
  object({
    content: text({ max: 100_000_000 }),
    lineCount: integer({ description: "Lines in content" }),
    totalLines: integer(),
    hasMore: optional(flag({ description: "There are lines outside of this part" })),
    isEstimate: optional(flag({ description: "totalLines is a guess" })),
    firstLine: optional(integer({ description: "Number of the first line in content; counts from 1" })),
    size: optional(integer({ description: "Bytes of the whole log" })),
    open: optional(flag({ description: "The last line of the log has no end yet" })),
    ended: optional(flag({ description: "Nothing will be added" })),
    times: optional(list(integer({ description: "Unix milliseconds; 0 when it is not known" }))),
    streams: optional(list(word(["stdout", "stderr"]))),
  }),
);

export type LogJson = Infer<typeof logShape>;

export function timedJson(answer: TimedAnswer, ended: boolean, merged: boolean): LogJson {
  const { times, streams } = answer;
  return { ...logJson(answer, ended), times, ...(merged ? { streams } : {}) };
}

export function logJson(answer: LogAnswer, ended: boolean): LogJson {
  return {
    content: answer.lines.join("\n"),
    lineCount: answer.lines.length,
    totalLines: answer.total,
    ...(answer.more ? { hasMore: true } : {}),
    ...(answer.estimated ? { isEstimate: true } : {}),
    ...(answer.first > 0 ? { firstLine: answer.first } : {}),
    size: answer.size,
    ...(answer.open ? { open: true } : {}),
    ended,
  };
}
