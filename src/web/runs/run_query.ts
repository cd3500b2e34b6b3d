/** The language of the query bar: `status:failed name:etl* since:2d tag:prod` and words that stand anywhere. */
import { parseDuration } from "../../core/text/duration.ts";
import { isActiveRun, RunStatus, runStatusByName } from "../../core/status.ts";
import type { RunSummary } from "../api/types.ts";
import { instant } from "../text/moment.ts";

export interface RunQuery {
  readonly statuses: readonly RunStatus[];
  /** With `*` for anything; "" for all. */
  readonly name: string;
  readonly tag: string;
  /** What made it begin; "" for anything. */
  readonly trigger: string;
  readonly id: string;
  /** Unix milliseconds; null for no limit. */
  readonly from: number | null;
  readonly until: number | null;
  /** Lower case. */
  readonly words: readonly string[];
  /** Parts that could not be understood, each with what would be right. */
  readonly problems: readonly string[];
}

/** Words for states that are shorter than their names. */
const STATUS_WORDS: Readonly<Record<string, readonly RunStatus[]>> = {
  stopped: [RunStatus.Aborted],
  ok: [RunStatus.Succeeded, RunStatus.PartiallySucceeded],
  bad: [RunStatus.Failed, RunStatus.Rejected, RunStatus.Aborted],
  active: [RunStatus.Running, RunStatus.Queued, RunStatus.Waiting],
  partial: [RunStatus.PartiallySucceeded],
};

/** @param now Unix milliseconds */
export function parseRunQuery(text: string, now: number): RunQuery {
  const query = {
    statuses: [] as RunStatus[],
    name: "",
    tag: "",
    trigger: "",
    id: "",
    from: null as number | null,
    until: null as number | null,
  };
  const words: string[] = [];
  const problems: string[] = [];
  for (const part of text.match(/(?:[^\s"]+|"[^"]*")+/g) ?? []) {
    const [, key, value] = /^([a-z]+):(.*)$/.exec(part) ?? [];
    const given = (value ?? "").replaceAll('"', "");
    if (key === "status") {
      const statuses = given.split(",").flatMap((word) => statusesOf(word) ?? []);
      if (statuses.length === 0) {
        problems.push(`"${given}" is no state: failed, succeeded, running, queued, waiting, stopped`);
      }
      query.statuses.push(...statuses);
    } else if (key === "name" || key === "tag" || key === "id" || key === "trigger") query[key] = given;
    else if (key === "since" || key === "until") {
      const at = timeOf(given, now);
      if (at === null) problems.push(`"${given}" is no time: 30m, 24h, 7d, today or 2027-01-31`);
      else query[key === "since" ? "from" : "until"] = at;
    } else words.push(part.replaceAll('"', "").toLowerCase());
  }
  return { ...query, words, problems };
}

/** What of a query the server answers; the rest is {@link fitsQuery}. */
export function serverQuery({ statuses, name, id, from, until }: RunQuery): string {
  const params = new URLSearchParams({ fromDate: String(from === null ? 0 : Math.floor(from / 1000)) });
  if (until !== null) params.set("toDate", String(Math.ceil(until / 1000)));
  if (statuses.length > 0) params.set("status", statuses.join(","));
  if (name !== "" && !name.includes("*")) params.set("name", name);
  if (id !== "") params.set("dagRunId", id);
  return params.toString();
}

/** @param tagsOf tags of the workflow of that name */
export function fitsQuery(
  query: RunQuery,
  tagsOf: (name: string) => readonly string[],
): (run: RunSummary) => boolean {
  const named = query.name === "" ? null : glob(query.name);
  return (run) => {
    if (query.statuses.length > 0 && !query.statuses.includes(run.status as RunStatus)) return false;
    if (named && !named.test(run.name)) return false;
    if (query.tag !== "" && !tagsOf(run.name).includes(query.tag)) return false;
    if (query.trigger !== "" && run.trigger !== query.trigger) return false;
    if (query.id !== "" && !run.dagRunId.includes(query.id)) return false;
    if (query.from !== null || query.until !== null) {
      const at = instant(run.createdAt);
      if (at < (query.from ?? 0) || at >= (query.until ?? Infinity)) return false;
    }
    if (query.words.length === 0) return true;
    const text = `${run.name} ${run.params ?? ""} ${run.reason?.step ?? ""} ${
      run.reason?.error ?? ""
    } ${run.dagRunId}`.toLowerCase();
    return query.words.every((word) => text.includes(word));
  };
}

/** A query with other limits of time, as text. */
export function withRange(text: string, from: number, until: number): string {
  const rest = text.replace(/(^|\s)(since|until):\S*/g, "").trim();
  const at = (ms: number) => new Date(ms).toISOString().slice(0, 19) + "Z";
  return `${rest} since:${at(from)} until:${at(until)}`.trim();
}

export function isOver(run: RunSummary): boolean {
  return !isActiveRun(run.status as RunStatus);
}

function statusesOf(word: string): readonly RunStatus[] | undefined {
  const status = runStatusByName(word);
  return status === undefined ? STATUS_WORDS[word] : [status];
}

function timeOf(text: string, now: number): number | null {
  if (text === "today") return new Date(now).setHours(0, 0, 0, 0);
  const duration = parseDuration(text, ["d", "w"]);
  if (duration !== undefined) return now - duration;
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text.length === 10 ? `${text}T00:00` : text) : NaN;
  return Number.isNaN(at) ? null : at;
}

function glob(pattern: string): RegExp {
  return new RegExp(
    `^${pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join(".*")}$`,
    "i",
  );
}
