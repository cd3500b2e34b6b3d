/** What a step asks that waits for a person, and the answers to it. */
import { useState } from "preact/hooks";
import { post } from "../api/http.ts";
import { FormDialog } from "../parts/dialog.tsx";
import { toast } from "../parts/toast.tsx";
import { type RunPlace, stepPath } from "../run_actions.ts";

interface Asked {
  readonly prompt: string;
  readonly inputs: readonly string[];
  readonly required: readonly string[];
}

/** @param config of the step */
export function askedBy(config: Readonly<Record<string, unknown>> = {}): Asked {
  const texts = (value: unknown) => Array.isArray(value) ? value.map(String) : [];
  return {
    prompt: typeof config.prompt === "string" ? config.prompt : "Shall it go on?",
    inputs: texts(config.input),
    required: texts(config.required),
  };
}

export interface DecisionProps {
  readonly place: RunPlace;
  /** Its name. */
  readonly step: string;
  readonly asked: Asked;
  readonly onClose: () => void;
  readonly onDone?: () => void;
}

export function ApproveDialog({ place, step, asked, onClose, onDone }: DecisionProps) {
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  return (
    <FormDialog
      title={`Approve ${step} of ${place.name}`}
      action="Approve"
      onSubmit={async () => {
        const inputs = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));
        await post(`${stepPath(place, step)}/approve`, { inputs });
        toast(`${step} is approved`);
        onDone?.();
      }}
      onClose={onClose}
    >
      <p>{asked.prompt}</p>
      {asked.inputs.map((name, i) => (
        <label class="field" key={name}>
          <span>
            {name}
            {asked.required.includes(name) && <span class="quiet" title="It is needed">*</span>}
          </span>
          <input
            autofocus={i === 0}
            required={asked.required.includes(name)}
            maxLength={10_000}
            onInput={(event) => setValues({ ...values, [name]: event.currentTarget.value })}
          />
        </label>
      ))}
    </FormDialog>
  );
}

export function RejectDialog({ place, step, onClose, onDone }: DecisionProps) {
  const [reason, setReason] = useState("");
  return (
    <FormDialog
      title={`Reject ${step} of ${place.name}`}
      action="Reject"
      danger
      onSubmit={async () => {
        await post(`${stepPath(place, step)}/reject`, { reason });
        toast(`${step} is rejected`);
        onDone?.();
      }}
      onClose={onClose}
    >
      <label class="field">
        Reason
        <textarea
          rows={3}
          autofocus
          maxLength={10_000}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </label>
      <p class="field-help">The run ends as rejected.</p>
    </FormDialog>
  );
}
