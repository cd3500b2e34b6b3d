/** What a step of a run executes, and what came of it. */
import type { RunNode } from "../api/types.ts";
import { nodeWord } from "../parts/tone.ts";
import { errorText } from "./run_problem.tsx";
import { commandText, triesOf } from "./run_state.ts";

export function StepFacts({ node }: { readonly node: RunNode }) {
  const { step, outputs = {}, approvedBy, rejectedBy, rejectionReason } = node;
  const command = commandText(node);
  const tries = triesOf(node);
  const facts: readonly (readonly [name: string, text: string | undefined])[] = [
    ["State", `${nodeWord(node.status)}${node.exitCode === undefined ? "" : `, exit code ${node.exitCode}`}`],
    ["Executions", tries > 1 ? String(tries) : undefined],
    ["Kind", step.executorConfig?.type],
    ["After", step.depends?.join(", ")],
    ["Folder", step.dir],
    ["Error", node.error && errorText(node.error)],
    ["Approved by", approvedBy],
    ["Rejected by", rejectedBy && `${rejectedBy}${rejectionReason ? `: ${rejectionReason}` : ""}`],
    ...Object.entries(outputs).map(([name, value]) => [name, value] as const),
  ];
  return (
    <div class="step-facts" role="region" aria-label={`About ${step.name}`} tabIndex={0}>
      {command !== "" && <pre>{command}</pre>}
      <dl class="facts">
        {facts.map(([name, text]) =>
          text && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{text}</dd>
            </div>
          )
        )}
      </dl>
    </div>
  );
}
