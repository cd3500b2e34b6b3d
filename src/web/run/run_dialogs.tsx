/** What is asked before a run is stopped, or the state of a step set. */
import { useState } from "preact/hooks";
import { post, send } from "../api/http.ts";
import type { RunNode } from "../api/types.ts";
import { FormDialog } from "../parts/dialog.tsx";
import { toast } from "../parts/toast.tsx";
import { nodeWord } from "../parts/tone.ts";
import { runPath, type RunPlace, stepPath } from "../run_actions.ts";
import { NodeStatus } from "../../core/status.ts";

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

const SETTABLE = [NodeStatus.Succeeded, NodeStatus.Failed, NodeStatus.Skipped] as const;

export function StateDialog({ place, node, onClose }: OfRun & { readonly node: RunNode }) {
  const [status, setStatus] = useState<number>(NodeStatus.Succeeded);
  return (
    <FormDialog
      title={`State of ${node.step.name}`}
      action="Set"
      onSubmit={async () => {
        await send("PATCH", `${stepPath(place, node.step.name)}/status`, { status });
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
