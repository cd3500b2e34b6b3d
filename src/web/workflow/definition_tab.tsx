/** The definition of a workflow: the text at the left, what it makes and what is wrong with it at the right. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { post, send, sentence } from "../api/http.ts";
import type { DagDetails } from "../api/types.ts";
import { DiffView } from "../diff/diff_view.tsx";
import type { Editor, EditorProblem } from "../editor/editor.ts";
import { EditorBox } from "../editor/editor_box.tsx";
import { GraphView } from "../graph/graph_view.tsx";
import { edgesOf } from "../graph/steps_graph.ts";
import { Loaded } from "../parts/blank.tsx";
import { FormDialog } from "../parts/dialog.tsx";
import { StateMark } from "../parts/state_mark.tsx";
import { toast } from "../parts/toast.tsx";
import { useResource } from "../resource.ts";
import { place as shown } from "../router.ts";
import { mayWrite } from "../session.ts";
import { after } from "../timers.ts";

interface Problem extends EditorProblem {
  readonly field: string;
}

interface Spec {
  readonly spec: string;
  readonly dag: DagDetails;
  /** A module in TypeScript: its file changes it. */
  readonly readOnly?: boolean;
  readonly errors: readonly string[];
  readonly problems?: readonly Problem[];
}

interface Checked {
  readonly valid: boolean;
  readonly dag?: DagDetails;
  readonly problems?: readonly Problem[];
}

const TYPING_MS = 250;

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
        {problems.length > 0 && (
          <ol class="flow-problems">
            {problems.map(({ message, field, line, column }, i) => (
              <li key={i}>
                <button type="button" onClick={() => editor.current?.goTo(line ?? 1, column)}>
                  <StateMark tone="bad" label="Problem" />
                  <span>
                    {message}
                    <span class="quiet">{line === undefined ? field : ` line ${line}`}</span>
                  </span>
                </button>
              </li>
            ))}
          </ol>
        )}
        <LiveGraph dag={checked.dag} onChoose={(name) => editor.current?.goTo(lineOf(text, name))} />
      </section>
      {asks && (
        <FormDialog
          wide
          title={`Save ${file}?`}
          action="Save"
          onSubmit={async () => {
            const { problems = [] } = await send<{ problems?: readonly Problem[] }>(
              "PUT",
              `/dags/${encodeURIComponent(file)}/spec`,
              { spec: text },
            );
            if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join("\n"));
            setBase(text);
            toast(`${file} is saved`);
            await onSaved();
          }}
          onClose={() => setAsks(false)}
        >
          {problems.length > 0 && (
            <p class="problem">It cannot be saved like this: {problems.length} problems are left.</p>
          )}
          <DiffView before={base} after={text} />
        </FormDialog>
      )}
    </div>
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

/** The last graph stays while the text cannot be read. */
function LiveGraph({ dag, onChoose }: { dag: DagDetails | undefined; onChoose: (name: string) => void }) {
  const last = useRef<DagDetails | undefined>(dag);
  const [chosen, setChosen] = useState("");
  if (dag?.steps) last.current = dag;
  const steps = last.current?.steps ?? [];
  const key = JSON.stringify(steps.map(({ name, depends }) => [name, depends]));
  const { names, edges } = useMemo(() => ({ names: steps.map(({ name }) => name), edges: edgesOf(steps) }), [
    key,
  ]);
  if (names.length === 0) {
    return <p class="quiet flow-nothing">The graph is drawn as soon as the text can be used.</p>;
  }
  return (
    <GraphView
      names={names}
      edges={edges}
      look={() => ({ tone: "none", word: "a step" })}
      chosen={chosen}
      onChoose={(name) => {
        setChosen(name);
        onChoose(name);
      }}
      label="Graph of the text"
    />
  );
}

/** Has the server look at what is written, as often as somebody stops typing. */
function useChecked(file: string, text: string, saved: Spec) {
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
