/** Makes a definition, from one of a few beginnings. */
import { useRef, useState } from "preact/hooks";
import { to } from "../addresses.ts";
import { post } from "../api/http.ts";
import { FormDialog } from "../parts/dialog.tsx";
import { go } from "../router.ts";

const TEMPLATES = {
  "One step": "steps:\n  - name: hello\n    command: echo hello\n",
  "Steps with dependencies":
    "steps:\n  - name: extract\n    command: echo extract\n  - name: transform\n    command: echo transform\n    depends: [extract]\n  - name: load\n    command: echo load\n    depends: [transform]\n",
  "On a schedule, with retries":
    'schedule: "0 2 * * *"\nsteps:\n  - name: fetch\n    command: echo fetch\n    retryPolicy:\n      limit: 3\n      intervalSec: 30\n',
  "With parameters":
    "params:\n  - DAY: today\n  - REGION: eu\nsteps:\n  - name: report\n    command: echo $DAY $REGION\n",
  "Waits for somebody":
    "steps:\n  - name: build\n    command: echo build\n  - name: agree\n    type: hitl\n    config:\n      prompt: Shall it go on?\n  - name: deploy\n    command: echo deploy\n",
} as const;
type Template = keyof typeof TEMPLATES;

export function NewWorkflow({ onClose }: { readonly onClose: () => void }) {
  const name = useRef<HTMLInputElement>(null);
  const [template, setTemplate] = useState<Template>("One step");
  const submit = async () => {
    const made = await post<{ name: string }>("/dags", {
      name: name.current!.value,
      spec: TEMPLATES[template],
    });
    go(to.workflow(made.name, "definition"));
  };
  return (
    <FormDialog title="New workflow" action="Make it" onSubmit={submit} onClose={onClose}>
      <label class="field">
        Name
        <input
          ref={name}
          required
          autofocus
          maxLength={40}
          pattern="[A-Za-z0-9_.][A-Za-z0-9_.\-]*"
          placeholder="nightly_report"
        />
        <span class="field-help">Letters, digits, dots, dashes and underscores</span>
      </label>
      <label class="field">
        Begin with
        <select value={template} onChange={(event) => setTemplate(event.currentTarget.value as Template)}>
          {Object.keys(TEMPLATES).map((one) => <option key={one}>{one}</option>)}
        </select>
      </label>
      <pre class="template">{TEMPLATES[template]}</pre>
    </FormDialog>
  );
}
