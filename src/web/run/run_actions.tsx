/** What a person does to a run. */
import { useState } from "preact/hooks";
import { post, send } from "../api/http.ts";
import type { RunNode } from "../api/types.ts";
import { FormDialog } from "../parts/dialog.tsx";
import { attempt, toast } from "../parts/toast.tsx";
import { NodeStatus } from "../../core/status.ts";
import { nodeWord } from "../parts/tone.ts";

/** A run, or a sub-run below it, in the API. */
export interface RunPlace {
  readonly name: string;
  readonly dagRunId: string;
  /** "" for the run itself. */
  readonly subRunId: string;
}

export function runPath({ name, dagRunId, subRunId }: RunPlace): string {
  const root = `/dag-runs/${encodeURIComponent(name)}/${encodeURIComponent(dagRunId)}`;
  return subRunId === "" ? root : `${root}/sub-dag-runs/${encodeURIComponent(subRunId)}`;
}

export function retry(place: RunPlace, step = "", following = false): Promise<boolean> {
  const body = step === "" ? {} : { stepName: step, following };
  const what = step === ""
    ? "What failed runs again"
    : following
    ? `All from ${step} on runs again`
    : `${step} runs again`;
  return attempt(what, () => post(`${runPath({ ...place, subRunId: "" })}/retry`, body));
}

export function dequeue(place: RunPlace): Promise<boolean> {
  return attempt("The run is out of the line", () => post(`${runPath(place)}/dequeue`));
}

/** @returns the id of another run with the definition and the parameters of this one */
export async function startSame(place: RunPlace): Promise<string> {
  return (await post<{ dagRunId: string }>(`${runPath(place)}/reschedule`, {})).dagRunId;
}

interface OfRun {
  readonly place: RunPlace;
  readonly onClose: () => void;
}

export function StopDialog({ place, onClose }: OfRun) {
  return (
    <FormDialog
      title={`Stop this run of ${place.name}?`}
      action="Stop"
      danger
      onSubmit={async () => {
        await post(`${runPath(place)}/stop`);
        toast("The run was asked to end");
      }}
      onClose={onClose}
    >
      <p>Steps that run get a signal and time to end; handlers still run.</p>
    </FormDialog>
  );
}

interface OfStep extends OfRun {
  readonly node: RunNode;
}

const SETTABLE = [NodeStatus.Succeeded, NodeStatus.Failed, NodeStatus.Skipped] as const;

export function StateDialog({ place, node, onClose }: OfStep) {
  const [status, setStatus] = useState<number>(NodeStatus.Succeeded);
  return (
    <FormDialog
      title={`State of ${node.step.name}`}
      action="Set"
      onSubmit={async () => {
        await send("PATCH", `${stepPath(place, node)}/status`, { status });
        toast(`${node.step.name} counts as ${nodeWord(status).toLowerCase()}`);
      }}
      onClose={onClose}
    >
      <label class="field">
        Counts as
        <select value={status} onChange={(event) => setStatus(Number(event.currentTarget.value))}>
          {SETTABLE.map((one) => <option key={one} value={one}>{nodeWord(one)}</option>)}
        </select>
      </label>
      <p class="field-help">The state of the run stays. A retry goes by what is set here.</p>
    </FormDialog>
  );
}

interface Asked {
  readonly prompt: string;
  readonly inputs: readonly string[];
  readonly required: readonly string[];
}

/** What a step that waits for a person asks. */
export function askedOf({ step }: RunNode): Asked {
  const config = step.executorConfig?.config ?? {};
  const texts = (value: unknown) => Array.isArray(value) ? value.map(String) : [];
  return {
    prompt: typeof config.prompt === "string" ? config.prompt : "",
    inputs: texts(config.input),
    required: texts(config.required),
  };
}

export function ApproveDialog({ place, node, onClose }: OfStep) {
  const { prompt, inputs, required } = askedOf(node);
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  return (
    <FormDialog
      title={`Approve ${node.step.name}`}
      action="Approve"
      onSubmit={async () => {
        const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));
        await post(`${stepPath(place, node)}/approve`, { inputs: given });
        toast(`${node.step.name} is approved`);
      }}
      onClose={onClose}
    >
      {prompt !== "" && <p>{prompt}</p>}
      {inputs.map((name, i) => (
        <label class="field" key={name}>
          <span>
            {name}
            {required.includes(name) && <span class="quiet" title="It is needed">*</span>}
          </span>
          <input
            autofocus={i === 0}
            required={required.includes(name)}
            maxLength={10_000}
            onInput={(event) => setValues({ ...values, [name]: event.currentTarget.value })}
          />
        </label>
      ))}
    </FormDialog>
  );
}

export function RejectDialog({ place, node, onClose }: OfStep) {
  const [reason, setReason] = useState("");
  return (
    <FormDialog
      title={`Reject ${node.step.name}`}
      action="Reject"
      danger
      onSubmit={async () => {
        await post(`${stepPath(place, node)}/reject`, { reason });
        toast(`${node.step.name} is rejected`);
      }}
      onClose={onClose}
    >
      <label class="field">
        Reason
        <textarea rows={3} maxLength={10_000} onInput={(event) => setReason(event.currentTarget.value)} />
      </label>
      <p class="field-help">The run ends as rejected.</p>
    </FormDialog>
  );
}

function stepPath(place: RunPlace, { step }: RunNode): string {
  return `${runPath(place)}/steps/${encodeURIComponent(step.name)}`;
}
