/** What the server says of a definition that is being written. */
import { useEffect, useRef, useState } from "preact/hooks";
import { post, sentence } from "../api/http.ts";
import type { DagDetails } from "../api/types.ts";
import type { EditorProblem } from "../editor/editor.ts";
import { after } from "../timers.ts";

export interface Problem extends EditorProblem {
  readonly field: string;
}

export interface Spec {
  readonly spec: string;
  readonly dag: DagDetails;
  /** A module in TypeScript: its file changes it. */
  readonly readOnly?: boolean;
  readonly errors: readonly string[];
  readonly problems?: readonly Problem[];
}

export interface Checked {
  readonly valid: boolean;
  readonly dag?: DagDetails;
  readonly problems?: readonly Problem[];
}

const TYPING_MS = 250;

/** Has the server look at what is written, as often as somebody stops typing. */
export function useChecked(file: string, text: string, saved: Spec) {
  const asSaved = { valid: saved.errors.length === 0, dag: saved.dag, problems: saved.problems ?? [] };
  const [checked, setChecked] = useState<Checked>(asSaved);
  const [checking, setChecking] = useState(false);
  const [failure, setFailure] = useState("");
  const first = useRef(true);
  useEffect(() => {
    if (first.current || saved.readOnly) return void (first.current = false);
    let wanted = true;
    setChecking(true);
    const end = after(TYPING_MS, async () => {
      try {
        const answer = await post<Checked>("/dags/validate", { spec: text, name: file });
        if (!wanted) return;
        setChecked(answer);
        setFailure("");
      } catch (error) {
        if (wanted) setFailure(sentence(error));
      }
      if (wanted) setChecking(false);
    });
    return () => {
      wanted = false;
      end();
    };
  }, [text]);
  return { checked: saved.readOnly ? asSaved : checked, checking, failure };
}
