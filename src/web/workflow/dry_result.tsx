/** What a dry run says. */
import { StateMark } from "../parts/state_mark.tsx";
import { nodeTone } from "../parts/tone.ts";
import { runStatusByName } from "../../core/status.ts";

export interface DryRun {
  readonly status: string;
  readonly error: string;
  readonly params: readonly string[];
  readonly steps: readonly { readonly name: string; readonly status: string; readonly error: string }[];
}

export function DryResult({ dry }: { readonly dry: DryRun }) {
  return (
    <div class="dry">
      {dry.error !== "" && <p class="problem">{dry.error}</p>}
      {dry.params.length > 0 && <p class="mono quiet">{dry.params.join(" ")}</p>}
      <ol>
        {dry.steps.slice(0, 200).map(({ name, status, error }) => (
          <li key={name}>
            <StateMark tone={nodeTone(statusCode(status))} label={status} />
            {name}
            {error !== "" && <span class="quiet">{error}</span>}
          </li>
        ))}
      </ol>
    </div>
  );
}

function statusCode(name: string): number {
  return name === "skipped" ? 5 : runStatusByName(name) ?? 0;
}
