/** A step that waits for somebody, with what it asks. */
import { useState } from "preact/hooks";
import { to } from "../addresses.ts";
import type { Approvals } from "../api/types.ts";
import { Icon } from "../parts/icon.tsx";
import { RunState } from "../parts/state_mark.tsx";
import { Age } from "../parts/time.tsx";
import { href } from "../router.ts";
import { ApproveDialog, askedBy, RejectDialog } from "../run/decide.tsx";
import { mayRun } from "../session.ts";

type Approval = Approvals["approvals"][number];

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
  const decision = { place: run, step: step.stepName, asked, onDone, onClose: () => setOpen("") };
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
      {open === "approve" && <ApproveDialog {...decision} />}
      {open === "reject" && <RejectDialog {...decision} />}
    </article>
  );
}
