/** Queries that are asked again and again: some of everybody, and those that somebody keeps at this browser. */
import { useState } from "preact/hooks";
import { Icon } from "../parts/icon.tsx";

const COMMON = ["", "status:failed since:24h", "status:running", "status:queued,waiting", "since:today"];
const NAMES: Readonly<Record<string, string>> = {
  "": "All",
  "status:failed since:24h": "Failed in 24 h",
  "status:running": "Running",
  "status:queued,waiting": "Waiting",
  "since:today": "Today",
};
const KEY = "views";
const MAX_KEPT = 12;

export function Views(
  { text, onChoose }: { readonly text: string; readonly onChoose: (text: string) => void },
) {
  const [own, setOwn] = useState(readOwn);
  const keep = (next: readonly string[]) => {
    localStorage.setItem(KEY, JSON.stringify(next));
    setOwn(next);
  };
  const isNew = text !== "" && !COMMON.includes(text) && !own.includes(text);
  return (
    <div class="tags" role="group" aria-label="Views">
      {[...COMMON, ...own].map((one) => (
        <button
          key={one}
          type="button"
          class="chip"
          aria-pressed={one === text}
          onClick={() => onChoose(one)}
        >
          {NAMES[one] ?? one}
        </button>
      ))}
      {isNew && (
        <button type="button" class="chip" onClick={() => keep([...own, text].slice(-MAX_KEPT))}>
          <Icon name="plus" />Keep this view
        </button>
      )}
      {own.includes(text) && (
        <button
          type="button"
          class="chip"
          onClick={() => keep(own.filter((one) => one !== text))}
        >
          <Icon name="close" />Forget this view
        </button>
      )}
    </div>
  );
}

function readOwn(): readonly string[] {
  try {
    return (JSON.parse(localStorage.getItem(KEY) ?? "[]") as unknown[]).filter((one) =>
      typeof one === "string"
    );
  } catch {
    return [];
  }
}
