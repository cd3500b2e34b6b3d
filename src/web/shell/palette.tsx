/** Finds pages, workflows, runs, lines of definitions and actions, and goes there or does them. */
import { useEffect, useId, useMemo, useRef, useState } from "preact/hooks";
import { get } from "../api/http.ts";
import type { DagList, DagSearch, RunList } from "../api/types.ts";
import { Icon } from "../parts/icon.tsx";
import { useResource } from "../resource.ts";
import { after } from "../timers.ts";
import {
  actionFinds,
  definitionFinds,
  type Find,
  pageFinds,
  rank,
  runFinds,
  workflowFinds,
} from "./finds.ts";

const MAX_SHOWN = 40;
const PAUSE_MS = 140;

export function Palette({ onClose }: { readonly onClose: () => void }) {
  const box = useRef<HTMLDialogElement>(null);
  const list = useId();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const dags = useResource<DagList>("/dags?perPage=1000&recent=20");
  const far = useFarFinds(text.trim());
  const near = useMemo(() => {
    const all = dags.data?.dags ?? [];
    return rank([...pageFinds(), ...workflowFinds(all), ...actionFinds(all)], text);
  }, [dags.data, text]);
  const finds = [...near, ...far].slice(0, MAX_SHOWN);
  useEffect(() => box.current?.showModal(), []);
  useEffect(() => setAt(0), [text]);
  const choose = (find: Find | undefined) => {
    if (!find) return;
    box.current!.close();
    find.run();
  };
  const onKey = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) setAt((at + step + finds.length) % Math.max(1, finds.length));
    else if (event.key === "Enter") choose(finds[at]);
    else return;
    event.preventDefault();
  };
  useEffect(() => document.getElementById(`${list}-${at}`)?.scrollIntoView({ block: "nearest" }), [at]);
  return (
    <dialog
      ref={box}
      class="dialog palette"
      aria-label="Search"
      onClose={onClose}
      onClick={(event) => event.target === event.currentTarget && event.currentTarget.close()}
    >
      <label class="palette-field">
        <Icon name="search" />
        <input
          type="text"
          role="combobox"
          aria-label="Search"
          aria-expanded="true"
          aria-controls={list}
          aria-activedescendant={finds[at] ? `${list}-${at}` : undefined}
          placeholder="Workflow, run id, step, text of a definition, action"
          autofocus
          spellcheck={false}
          autocapitalize="off"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={onKey}
        />
        <kbd>Esc</kbd>
      </label>
      <ul id={list} role="listbox" aria-label="Found" class="palette-list">
        {finds.map((find, i) => (
          <li
            key={find.key}
            id={`${list}-${i}`}
            role="option"
            aria-selected={i === at}
            onClick={() => choose(find)}
            onPointerMove={() => i !== at && setAt(i)}
          >
            <Icon name={find.icon} />
            <span class="palette-text cut">{find.text}</span>
            <span class="palette-about cut">{find.about}</span>
            <span class="palette-kind">{find.kind}</span>
          </li>
        ))}
      </ul>
      {finds.length === 0 && <p class="palette-none">Nothing is called so.</p>}
    </dialog>
  );
}

/** What only the server can find. */
function useFarFinds(text: string): readonly Find[] {
  const [found, setFound] = useState<readonly Find[]>([]);
  useEffect(() => {
    setFound([]);
    if (text.length < 3) return;
    const ending = new AbortController();
    const forget = after(PAUSE_MS, async () => {
      const runs = /^[0-9a-zA-Z_-]{4,}$/.test(text)
        ? get<RunList>(`/dag-runs?dagRunId=${text}&limit=8`, ending.signal).then(({ dagRuns }) =>
          runFinds(dagRuns)
        )
        : [];
      const lines = get<DagSearch>(`/dags/search?q=${encodeURIComponent(literal(text))}`, ending.signal)
        .then((search) => definitionFinds(search));
      const parts = await Promise.allSettled([runs, lines]);
      if (ending.signal.aborted) return;
      setFound(parts.flatMap((part) => part.status === "fulfilled" ? part.value : []));
    });
    return () => {
      forget();
      ending.abort();
    };
  }, [text]);
  return found;
}

/** The server takes regular expressions; who types here means what is typed. */
function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
