/** The definition of a workflow: the text at the left, what it makes and what is wrong with it at the right. */
import { useEffect, useRef, useState } from "preact/hooks";
import { send } from "../api/http.ts";
import { DiffView } from "../diff/diff_view.tsx";
import type { Editor } from "../editor/editor.ts";
import { EditorBox } from "../editor/editor_box.tsx";
import { Loaded } from "../parts/blank.tsx";
import { FormDialog } from "../parts/dialog.tsx";
import { StateMark } from "../parts/state_mark.tsx";
import { toast } from "../parts/toast.tsx";
import { useResource } from "../resource.ts";
import { place as shown } from "../router.ts";
import { mayWrite } from "../session.ts";
import { type Checked, type Problem, type Spec, useChecked } from "./checked_text.ts";
import { LiveGraph } from "./live_graph.tsx";

interface DefinitionProps {
  readonly file: string;
  readonly onSaved: () => void;
}

export function DefinitionTab({ file, onSaved }: DefinitionProps) {
  const spec = useResource<Spec>(`/dags/${encodeURIComponent(file)}/spec`);
  return (
    <Loaded of={spec} lines={14}>
      {(data) => (
        <Definition
          file={file}
          saved={data}
          onSaved={async () => {
            await spec.reload();
            onSaved();
          }}
        />
      )}
    </Loaded>
  );
}

interface OpenedProps {
  readonly file: string;
  readonly saved: Spec;
  readonly onSaved: () => Promise<void>;
}

function Definition({ file, saved, onSaved }: OpenedProps) {
  const [text, setText] = useState(saved.spec);
  const [base, setBase] = useState(saved.spec);
  const [asks, setAsks] = useState(false);
  const editor = useRef<Editor | null>(null);
  const { checked, checking, failure } = useChecked(file, text, saved);
  const changed = text !== base;
  const problems = checked.problems ?? [];
  useEffect(() => warnOfLoss(changed), [changed]);
  // Somebody else saved it, and nothing was changed here.
  useEffect(() => {
    if (!changed && saved.spec !== base) {
      setBase(saved.spec);
      setText(saved.spec);
    }
  }, [saved.spec]);
  const line = Number(shown.value.query.get("line") ?? 0);
  const writable = mayWrite() && !saved.readOnly;
  const save = () => {
    if (writable && changed) setAsks(true);
  };
  return (
    <div class="flow-parts flow-define">
      <section class="panel flow-editor" aria-label="Text">
        <header class="flow-bar">
          <Verdict checked={checked} checking={checking} failure={failure} changed={changed} />
          {saved.readOnly && <span class="quiet">TypeScript, changed by its file</span>}
          {writable && (
            <>
              <button
                type="button"
                class="button button-quiet"
                disabled={!changed}
                onClick={() => {
                  editor.current?.setText(base);
                  setText(base);
                }}
              >
                Undo all
              </button>
              <button
                type="button"
                class="button button-main"
                disabled={!changed}
                title="Save (Ctrl+S)"
                onClick={save}
              >
                Save…
              </button>
            </>
          )}
        </header>
        <EditorBox
          text={base}
          readOnly={!writable}
          problems={problems}
          onChange={setText}
          onSave={save}
          control={editor}
          onReady={() => line > 0 && editor.current?.goTo(line)}
        />
      </section>
      <section class="panel flow-result" aria-label="What it makes">
        <Problems problems={problems} onChoose={(line, column) => editor.current?.goTo(line, column)} />
        <LiveGraph dag={checked.dag} onChoose={(name) => editor.current?.goTo(lineOf(text, name))} />
      </section>
      {asks && (
        <SaveDialog
          file={file}
          before={base}
          after={text}
          problems={problems.length}
          onSaved={async () => {
            setBase(text);
            await onSaved();
          }}
          onClose={() => setAsks(false)}
        />
      )}
    </div>
  );
}

interface SaveDialogProps {
  readonly file: string;
  readonly before: string;
  readonly after: string;
  /** Number of those that are known. */
  readonly problems: number;
  readonly onSaved: () => Promise<void>;
  readonly onClose: () => void;
}

function SaveDialog({ file, before, after, problems, onSaved, onClose }: SaveDialogProps) {
  const save = async () => {
    const { problems = [] } = await send<{ problems?: readonly Problem[] }>(
      "PUT",
      `/dags/${encodeURIComponent(file)}/spec`,
      { spec: after },
    );
    if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join("\n"));
    toast(`${file} is saved`);
    await onSaved();
  };
  return (
    <FormDialog wide title={`Save ${file}?`} action="Save" onSubmit={save} onClose={onClose}>
      {problems > 0 && <p class="problem">It cannot be saved like this: {problems} problems are left.</p>}
      <DiffView before={before} after={after} />
    </FormDialog>
  );
}

interface ProblemsProps {
  readonly problems: readonly Problem[];
  readonly onChoose: (line: number, column: number | undefined) => void;
}

function Problems({ problems, onChoose }: ProblemsProps) {
  if (problems.length === 0) return null;
  return (
    <ol class="flow-problems">
      {problems.map(({ message, field, line, column }, i) => (
        <li key={i}>
          <button type="button" onClick={() => onChoose(line ?? 1, column)}>
            <StateMark tone="bad" label="Problem" />
            <span>
              {message}
              <span class="quiet">{line === undefined ? field : ` line ${line}`}</span>
            </span>
          </button>
        </li>
      ))}
    </ol>
  );
}

interface VerdictProps {
  readonly checked: Checked;
  readonly checking: boolean;
  readonly failure: string;
  readonly changed: boolean;
}

function Verdict({ checked, checking, failure, changed }: VerdictProps) {
  const count = checked.problems?.length ?? 0;
  return (
    <span class="flow-verdict" role="status">
      {failure !== ""
        ? <span class="problem">{failure}</span>
        : checking
        ? <span class="quiet">Checking…</span>
        : count > 0
        ? <StateMark tone="bad" label={count === 1 ? "1 problem" : `${count} problems`} word />
        : <StateMark tone="ok" label="Can be used" word />}
      {changed && <span class="quiet">not saved</span>}
    </span>
  );
}

/** Line at which a step is named, from 1; 1 when it has no name. */
function lineOf(text: string, name: string): number {
  const at = text.split("\n").findIndex((line) => {
    const found = /^\s*(?:-\s+)*(?:name|id):\s*["']?(.*?)["']?\s*$/.exec(line)?.[1];
    return found === name || new RegExp(`^\\s+${name.replace(/[^\w-]/g, "\\$&")}:`).test(line);
  });
  return at + 1 || 1;
}

function warnOfLoss(changed: boolean): (() => void) | undefined {
  if (!changed) return undefined;
  const warn = (event: BeforeUnloadEvent) => event.preventDefault();
  addEventListener("beforeunload", warn);
  return () => removeEventListener("beforeunload", warn);
}
