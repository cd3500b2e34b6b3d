/** The field in which a query of runs is written. */
import { useRef } from "preact/hooks";
import { useKeys } from "../keys.ts";
import { Icon } from "../parts/icon.tsx";

export interface QueryBarProps {
  readonly text: string;
  readonly onText: (text: string) => void;
  /** What of it could not be understood. */
  readonly problems: readonly string[];
}

export function QueryBar({ text, onText, problems }: QueryBarProps) {
  const input = useRef<HTMLInputElement>(null);
  useKeys([{ key: "/", does: "Query", run: () => input.current?.focus() }], []);
  return (
    <>
      <label class="search query">
        <Icon name="filter" />
        <input
          ref={input}
          type="search"
          spellcheck={false}
          autocapitalize="off"
          placeholder="status:failed name:etl* since:2d tag:prod"
          aria-label="Query"
          aria-describedby="query-problems"
          value={text}
          onInput={(event) => onText(event.currentTarget.value)}
          onKeyDown={(event) =>
            (event.key === "Escape" || event.key === "Enter") && event.currentTarget.blur()}
        />
        <kbd>/</kbd>
      </label>
      <p class="problem" id="query-problems">{problems.join("\n")}</p>
    </>
  );
}
