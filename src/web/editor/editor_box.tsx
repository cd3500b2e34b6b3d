/** The editor as a part of a page. */
import { useEffect, useRef, useState } from "preact/hooks";
import { get } from "../api/http.ts";
import { Skeleton } from "../parts/blank.tsx";
import type { Editor, EditorProblem } from "./editor.ts";
import type { JsonSchema } from "./schema_completion.ts";

export interface EditorBoxProps {
  /** What it begins with; another text replaces what is there. */
  readonly text: string;
  readonly readOnly: boolean;
  readonly problems: readonly EditorProblem[];
  readonly onChange: (text: string) => void;
  readonly onSave: () => void;
  readonly control: { current: Editor | null };
  /** Called once it can be used. */
  readonly onReady: () => void;
}

export function EditorBox(props: EditorBoxProps) {
  const box = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  latest.current = props;
  const [failed, setFailed] = useState(false);
  const [ready, setReady] = useState(false);
  useEffect(() => {
    let schema: JsonSchema | null = null;
    let editor: Editor | null = null;
    let wanted = true;
    get<JsonSchema>("/schemas/dag").then((found) => schema = found, () => {});
    import("./editor.ts").then(({ openEditor }) => {
      if (!wanted || !box.current) return;
      editor = props.control.current = openEditor(box.current, {
        text: latest.current.text,
        readOnly: props.readOnly,
        schema: () => schema,
        onChange: (text) => latest.current.onChange(text),
        onSave: () => latest.current.onSave(),
      });
      editor.setProblems(latest.current.problems);
      setReady(true);
      latest.current.onReady();
    }, () => setFailed(true));
    return () => {
      wanted = false;
      editor?.close();
      props.control.current = null;
    };
  }, []);
  const given = useRef(props.text);
  useEffect(() => {
    if (given.current !== props.text) props.control.current?.setText(props.text);
    given.current = props.text;
  }, [props.text]);
  useEffect(() => props.control.current?.setProblems(props.problems), [props.problems]);
  return (
    <div class="editor">
      {!ready && !failed && <Skeleton lines={14} />}
      {failed && <p class="problem">The editor could not be loaded: load the page again.</p>}
      <div ref={box} class="editor-box" />
    </div>
  );
}
