/** A step that waits for somebody, with what it asks. */
import { useRef, useState } from "preact/hooks";
import { to } from "../addresses.ts";
import { post } from "../api/http.ts";
import type { Approvals } from "../api/types.ts";
import { FormDialog } from "../parts/dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { RunState } from "../parts/state_mark.tsx";
import { Age } from "../parts/time.tsx";
import { toast } from "../parts/toast.tsx";
import { href } from "../router.ts";
import { runPath } from "../run_actions.ts";
import { mayRun } from "../session.ts";

type Approval = Approvals["approvals"][number];

interface Asked {
  readonly prompt: string;
  readonly input: readonly string[];
  readonly required: readonly string[];
}

export function ApprovalCard(
  { approval, onDone }: { readonly approval: Approval; readonly onDone: () => void },
) {
  const { run, steps } = approval;
  return (
    <>
      {steps.map((step) => <WaitingStep key={step.stepName} run={run} step={step} onDone={onDone} />)}
    </>
  );
}

function WaitingStep({ run, step, onDone }: {
  readonly run: Approval["run"];
  readonly step: Approval["steps"][number];
  readonly onDone: () => void;
}) {
  const [open, setOpen] = useState<"" | "approve" | "reject">("");
  const asked = askedBy(step.config);
  const path = `${runPath(run)}/steps/${encodeURIComponent(step.stepName)}`;
  return (
    <article class="need need-wait" data-row>
      <header class="need-head">
        <RunState status={run.status} />
        <a
          class="need-name cut"
          href={href(to.run(run.name, run.dagRunId, { step: step.stepName }))}
          data-open
        >
          {run.name}
        </a>
        <span class="need-facts">
          <Age at={step.since} ago />
          <span class="cut mono">{run.params}</span>
        </span>
        {mayRun() && (
          <span class="need-actions">
            <button type="button" class="button button-main" onClick={() => setOpen("approve")} data-key="a">
              <Icon name="check" /> Approve
            </button>
            <button type="button" class="button" onClick={() => setOpen("reject")}>Reject</button>
          </span>
        )}
      </header>
      <p class="need-why">
        <b>{step.stepName}</b> {asked.prompt}
      </p>
      {open === "approve" && (
        <Approve
          path={path}
          asked={asked}
          title={`Approve ${step.stepName} of ${run.name}`}
          onDone={onDone}
          onClose={() => setOpen("")}
        />
      )}
      {open === "reject" && (
        <Reject
          path={path}
          title={`Reject ${step.stepName} of ${run.name}`}
          onDone={onDone}
          onClose={() => setOpen("")}
        />
      )}
    </article>
  );
}

interface DecisionProps {
  readonly path: string;
  readonly title: string;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

function Approve({ path, title, asked, onDone, onClose }: DecisionProps & { readonly asked: Asked }) {
  const box = useRef<HTMLDivElement>(null);
  const submit = async () => {
    const fields = [...box.current!.querySelectorAll("input")].filter(({ value }) => value !== "");
    await post(`${path}/approve`, {
      inputs: Object.fromEntries(fields.map(({ name, value }) => [name, value])),
    });
    toast("Approved");
    onDone();
  };
  return (
    <FormDialog title={title} action="Approve" onSubmit={submit} onClose={onClose}>
      <p>{asked.prompt}</p>
      <div class="form" ref={box}>
        {asked.input.map((name, i) => (
          <label key={name} class="field">
            {name}
            <input name={name} required={asked.required.includes(name)} autofocus={i === 0} />
          </label>
        ))}
      </div>
    </FormDialog>
  );
}

function Reject({ path, title, onDone, onClose }: DecisionProps) {
  const reason = useRef<HTMLInputElement>(null);
  const submit = async () => {
    await post(`${path}/reject`, { reason: reason.current!.value });
    toast("Rejected");
    onDone();
  };
  return (
    <FormDialog title={title} action="Reject" danger onSubmit={submit} onClose={onClose}>
      <label class="field">
        Reason
        <input ref={reason} autofocus maxLength={10_000} />
      </label>
    </FormDialog>
  );
}

function askedBy(config: Readonly<Record<string, unknown>>): Asked {
  const words = (value: unknown) => Array.isArray(value) ? value.map(String) : [];
  return {
    prompt: typeof config.prompt === "string" ? config.prompt : "Shall it go on?",
    input: words(config.input),
    required: words(config.required),
  };
}
