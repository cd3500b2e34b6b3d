/** What differs between two texts. */
import { useMemo } from "preact/hooks";
import { diffLines, hunks } from "./line_diff.ts";

interface DiffProps {
  readonly before: string;
  readonly after: string;
}

export function DiffView({ before, after }: DiffProps) {
  const lines = useMemo(() => hunks(diffLines(before, after)), [before, after]);
  return (
    <div class="diff mono" role="region" aria-label="What changes" tabIndex={0}>
      {lines.map((line, i) =>
        line === null
          ? <div key={i} class="diff-gap">⋯</div>
          : (
            <div key={i} class={`diff-line diff-${line.kind}`}>
              <span class="diff-number">{line.old || ""}</span>
              <span class="diff-number">{line.new || ""}</span>
              <span class="diff-sign">
                {line.kind === "added" ? "+" : line.kind === "removed" ? "−" : ""}
              </span>
              <span class="diff-text">{line.text}</span>
            </div>
          )
      )}
    </div>
  );
}
