/** Looks for something in a log. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../parts/icon.tsx";
import { after } from "../timers.ts";
import { findLines, type Found, MAX_HITS, nextHit, NOTHING, patternOf } from "./log_finder.ts";
import type { LogSource } from "./log_source.ts";

const TYPING_MS = 200;

export interface Find {
  readonly shown: boolean;
  readonly text: string;
  readonly regex: boolean;
  readonly found: Found;
  /** Number of the hit that was gone to, from 1; 0 for none. */
  readonly at: number;
  /** What is marked in the lines. */
  readonly mark: RegExp | null;
  readonly open: () => void;
  readonly close: () => void;
  readonly setText: (text: string) => void;
  readonly setRegex: (regex: boolean) => void;
  readonly step: (back: boolean) => void;
  readonly input: { current: HTMLInputElement | null };
}

/** @param hereLine the line from which on the next one is looked for */
export function useFind(source: LogSource, toLine: (line: number) => void, hereLine: () => number): Find {
  const [shown, setShown] = useState(false);
  const [text, setText] = useState("");
  const [regex, setRegex] = useState(false);
  const [found, setFound] = useState<Found>(NOTHING);
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement | null>(null);
  const wanted = shown ? text : "";
  useEffect(() => {
    setFound(NOTHING);
    setAt(0);
    if (wanted === "") return;
    const ending = new AbortController();
    let first = true;
    const endWait = after(TYPING_MS, () => {
      findLines(source, patternOf(wanted, regex), wanted, ending.signal, (now) => {
        setFound(now);
        if (!first || now.hits.length === 0) return;
        first = false;
        const next = nextHit(now.hits, hereLine() - 1, false);
        setAt(next + 1);
        toLine(now.hits[next].line);
      });
    });
    return () => {
      endWait();
      ending.abort();
    };
  }, [source, wanted, regex]);
  const step = (back: boolean) => {
    if (found.hits.length === 0) return;
    const next = at === 0 ? nextHit(found.hits, hereLine(), back) : at - 1 + (back ? -1 : 1);
    const index = (next + found.hits.length) % found.hits.length;
    setAt(index + 1);
    toLine(found.hits[index].line);
  };
  return {
    shown,
    text,
    regex,
    found,
    at,
    mark: markOf(wanted, regex),
    open: () => {
      setShown(true);
      after(0, () => input.current?.select());
    },
    close: () => setShown(false),
    setText,
    setRegex,
    step,
    input,
  };
}

export function FindBar({ find }: { readonly find: Find }) {
  const { found, text, at } = find;
  if (!find.shown) {
    return (
      <button
        type="button"
        class="icon-button"
        title="Find (f)"
        aria-label="Find in the log"
        onClick={find.open}
      >
        <Icon name="search" />
      </button>
    );
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Escape") find.close();
    else if (event.key === "Enter") find.step(event.shiftKey);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="log-find" role="search">
      <input
        ref={find.input}
        class="input"
        type="text"
        placeholder="Find"
        aria-label="Find in the log"
        value={text}
        maxLength={300}
        autofocus
        onInput={(event) => find.setText(event.currentTarget.value)}
        onKeyDown={onKey}
      />
      <span class="log-count number" role="status">{text === "" ? "" : countText(found, at)}</span>
      <button
        type="button"
        class="chip"
        aria-pressed={find.regex}
        title="It is a regular expression"
        aria-label="Regular expression"
        onClick={() => find.setRegex(!find.regex)}
      >
        .*
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label="Line found before"
        onClick={() => find.step(true)}
      >
        <Icon name="up" />
      </button>
      <button type="button" class="icon-button" aria-label="Next line found" onClick={() => find.step(false)}>
        <Icon name="down" />
      </button>
      <button type="button" class="icon-button" aria-label="Close" onClick={find.close}>
        <Icon name="close" />
      </button>
    </div>
  );
}

function countText({ hits, done, more, error, text }: Found, at: number): string {
  if (error !== "") return "no such pattern";
  if (text === "" || !done && hits.length === 0) return "…";
  const all = `${hits.length >= MAX_HITS ? `${MAX_HITS}` : hits.length}${more || !done ? "+" : ""}`;
  return at > 0 ? `${at} of ${all}` : hits.length === 0 ? "none" : all;
}

/** As the server finds it, as far as this browser understands the expression. */
function markOf(text: string, regex: boolean): RegExp | null {
  if (text === "") return null;
  try {
    return new RegExp(patternOf(text, regex), "gi");
  } catch {
    return null;
  }
}
