/** The log of a step, from the server. */
import { apiAddress, get } from "../api/http.ts";
import type { LogHits, LogPart, LogSource, LogStream } from "./log_source.ts";

/** `both` shows the lines of both streams in the order of time. */
export const LOG_VIEWS = ["both", "stdout", "stderr"] as const;
export type LogShown = (typeof LOG_VIEWS)[number];

/** A step of a run, or of one of its sub-runs. */
export interface LogPlace {
  readonly name: string;
  readonly dagRunId: string;
  /** "" for the run itself. */
  readonly subRunId: string;
  readonly step: string;
  readonly stream: LogShown;
}

interface LogAnswer {
  readonly content: string;
  readonly lineCount: number;
  readonly totalLines: number;
  readonly isEstimate?: boolean;
  readonly firstLine?: number;
  readonly size?: number;
  readonly open?: boolean;
  readonly ended?: boolean;
  readonly times?: readonly number[];
  readonly streams?: readonly LogStream[];
}

interface SearchAnswer {
  readonly matches: readonly { readonly line: number; readonly text: string }[];
  readonly nextFrom?: number;
}

export class ApiLogSource implements LogSource {
  readonly #place: LogPlace;
  /** Lines are asked for with their times; the end is not, so that it is there at once. */
  withTimes = false;

  constructor(place: LogPlace) {
    this.#place = place;
  }

  async tail(count: number): Promise<LogPart> {
    return partOf(await get<LogAnswer>(this.#path("", { tail: count })));
  }

  async lines(first: number, count: number): Promise<LogPart> {
    return partOf(
      await get<LogAnswer>(this.#path("", {
        offset: first,
        limit: count,
        ...(this.withTimes ? { times: "true" } : {}),
      })),
    );
  }

  async search(pattern: string, from: number, limit: number): Promise<LogHits> {
    const { matches, nextFrom = 0 } = await get<SearchAnswer>(
      this.#path("/search", { q: pattern, from, limit }),
    );
    return { hits: matches, next: nextFrom };
  }

  #path(what: string, query: Readonly<Record<string, string | number>>): string {
    const { stream } = this.#place;
    const params = new URLSearchParams(stream === "both" ? { merge: "true" } : { stream });
    for (const [name, value] of Object.entries(query)) params.set(name, String(value));
    return `${logPath(this.#place)}${what}?${params}`;
  }
}

/** Where the whole log can be had as it is. */
export function rawAddress(place: LogPlace, download: boolean): string {
  const stream = place.stream === "stderr" ? "stderr" : "stdout";
  return apiAddress(`${logPath(place)}/raw?stream=${stream}${download ? "&download=true" : ""}`);
}

/** What news of a log are asked for with; none for those of sub-runs. */
export function logTopics({ name, dagRunId, subRunId, step, stream }: LogPlace): string[] {
  // Topics are a list with commas between them.
  if (subRunId !== "" || step.includes(",")) return [];
  const streams = stream === "both" ? ["stdout", "stderr"] : [stream];
  return streams.map((one) => `log:${name}/${dagRunId}/${step}/${one}`);
}

function logPath({ name, dagRunId, subRunId, step }: LogPlace): string {
  const run = `/dag-runs/${encodeURIComponent(name)}/${encodeURIComponent(dagRunId)}`;
  const sub = subRunId === "" ? "" : `/sub-dag-runs/${encodeURIComponent(subRunId)}`;
  return `${run}${sub}/steps/${encodeURIComponent(step)}/log`;
}

function partOf(answer: LogAnswer): LogPart {
  return {
    lines: answer.lineCount === 0 ? [] : answer.content.split("\n"),
    first: answer.isEstimate ? 0 : answer.firstLine ?? 1,
    total: answer.totalLines,
    estimated: answer.isEstimate ?? false,
    size: answer.size ?? 0,
    open: answer.open ?? false,
    ended: answer.ended ?? false,
    ...(answer.times ? { times: answer.times } : {}),
    ...(answer.streams ? { streams: answer.streams } : {}),
  };
}
