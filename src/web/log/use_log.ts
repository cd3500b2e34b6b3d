/** A log that a component shows: read, followed while it grows, with its groups. */
import { useEffect, useState } from "preact/hooks";
import { listen, opened, useTopic } from "../live.ts";
import { after } from "../timers.ts";
import { sentence } from "../api/http.ts";
import { ApiLogSource, type LogPlace, logTopics } from "./api_source.ts";
import { FOLD_PATTERN, Folds, foldTitle, isFoldEnd } from "./folds.ts";
import { LogModel } from "./log_model.ts";
import type { LogPiece } from "./log_source.ts";

export interface ShownLog {
  readonly source: ApiLogSource;
  readonly model: LogModel;
  readonly folds: Folds;
}

export interface UsedLog {
  readonly log: ShownLog;
  /** Grows with each change. */
  readonly version: number;
  /** Why it cannot be read; "" when it can. */
  readonly problem: string;
  readonly changed: () => void;
}

/** Longer logs have no groups: looking for them would take too long. */
const MAX_FOLDED = 200_000;
const MAX_MARKS = 1000;
/** Logs of which no news are sent are looked at this often. */
const LOOK_MS = 1000;

/** @param live the step may still write */
export function useLog(place: LogPlace, attempt: string, live: boolean): UsedLog {
  const [version, setVersion] = useState(0);
  const [problem, setProblem] = useState("");
  const key = `${Object.values(place).join("\n")}\n${attempt}`;
  const [held, setHeld] = useState(() => ({ key, log: makeLog(place) }));
  const current = held.key === key ? held : { key, log: makeLog(place) };
  if (current !== held) setHeld(current);
  const { log } = current;
  const changed = () => setVersion((n) => n + 1);
  useEffect(() => {
    setProblem("");
    log.begin({ changed, failed: (error) => setProblem(sentence(error)) });
    return () => log.model.close();
  }, [log]);
  const topics = live ? logTopics(place) : [];
  useTopic(topics[0] ?? null);
  useTopic(topics[1] ?? null);
  const news = topics.join("\n");
  useEffect(() => {
    if (news === "") return;
    return listen(({ type, data }) => {
      const piece = data as LogPiece & { readonly topic: string };
      if (type === "log" && topics.includes(piece.topic)) log.model.append(piece);
    });
  }, [log, news]);
  // What was written before the stream stood is not told.
  useEffect(() => {
    if (live) log.model.catchUp();
    else if (log.model.known && !log.model.ended) log.model.finish();
  }, [log, live, opened.value]);
  useEffect(() => {
    if (!live || news !== "") return;
    let end = () => {};
    const look = () => {
      log.model.catchUp();
      end = after(LOOK_MS, look);
    };
    look();
    return () => end();
  }, [log, live, news]);
  return { log, version, problem, changed };
}

interface Told {
  readonly changed: () => void;
  readonly failed: (error: unknown) => void;
}

interface BegunLog extends ShownLog {
  readonly begin: (told: Told) => void;
}

function makeLog(place: LogPlace): BegunLog {
  const source = new ApiLogSource(place);
  const folds = new Folds();
  const marks: { line: number; text: string }[] = [];
  let told: Told = { changed: () => {}, failed: () => {} };
  const model = new LogModel({
    source,
    onChange: () => told.changed(),
    onTrouble: (error) => told.failed(error),
    onAdded: (line, text) => {
      if (marks.length >= MAX_MARKS || foldTitle(text) === null && !isFoldEnd(text)) return;
      marks.push({ line, text });
      folds.take(marks, false);
    },
    reorders: place.stream === "both",
    now: () => Date.now(),
    wait: (ms) => new Promise((resolve) => after(ms, resolve)),
  });
  const begin = async (listener: Told) => {
    told = listener;
    await model.open();
    if (model.total === 0 || model.total > MAX_FOLDED) return;
    const { hits } = await source.search(FOLD_PATTERN, 1, MAX_MARKS).catch(() => ({ hits: [] }));
    const known = new Set(marks.map(({ line }) => line));
    marks.push(...hits.filter(({ line }) => !known.has(line)));
    marks.sort((a, b) => a.line - b.line);
    folds.take(marks, model.ended);
    if (hits.length > 0) told.changed();
  };
  return { source, model, folds, begin };
}
