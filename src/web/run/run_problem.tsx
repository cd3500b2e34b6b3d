/** Why a run failed, or for whom it waits: the first thing on its page. */
import { useEffect, useState } from "preact/hooks";
import { get } from "../api/http.ts";
import type { RunDetails, RunNode } from "../api/types.ts";
import { NodeStatus, RunStatus } from "../../core/status.ts";
import { StateMark } from "../parts/state_mark.tsx";
import { plainText } from "../log/sgr.ts";
import { retryStep, runPath, type RunPlace, stepPath } from "../run_actions.ts";
import { askedBy } from "./decide.tsx";
import { useResource } from "../resource.ts";
import { mayRun } from "../session.ts";

const LAST_LINES = 20;

interface ProblemProps {
  readonly run: RunDetails;
  readonly node: RunNode | undefined;
  readonly place: RunPlace;
  readonly onLog: () => void;
}

/** Step, exit code and error; where the log does not stand beside it, its last lines too. */
export function RunProblem({ run, node, place, onLog }: ProblemProps) {
  const error = errorText(node?.error ?? run.reason?.error ?? run.error ?? "");
  const exitCode = node?.exitCode ?? run.reason?.exitCode ?? 0;
  const step = node?.step.name ?? run.reason?.step ?? "";
  const rejected = run.status === RunStatus.Rejected;
  return (
    <section class="run-problem" aria-label="Why the run failed">
      <h2>
        <StateMark tone="bad" label="Failed" />
        {step === "" ? "The run failed" : (
          <span>
            <b>{step}</b> {rejected ? "was rejected" : "failed"}
          </span>
        )}
        {exitCode !== 0 && <span class="chip">exit code {exitCode}</span>}
      </h2>
      {error !== "" && <p class="mono run-error">{error}</p>}
      {step !== "" && (
        <div class="run-problem-acts">
          <button type="button" class="button" onClick={onLog}>Log</button>
          {mayRun() && (
            <button type="button" class="button" onClick={() => void retryStep(place, step, true)}>
              Retry from here
            </button>
          )}
        </div>
      )}
      {node && <LastLines key={node.step.name} place={place} node={node} said={error} onLog={onLog} />}
    </section>
  );
}

const TAIL = "recent stderr (tail):";
const MOST_LINES = 4;

/** What the program said, where it said something; else what the engine says. */
export function errorText(error: string): string {
  const lines = error.split("\n").map(plainText).filter((line) => line.trim() !== "");
  const tail = lines.findIndex((line) => line.trim() === TAIL);
  const said = tail >= 0 && tail + 1 < lines.length ? lines.slice(tail + 1) : lines;
  return said.slice(0, MOST_LINES).join("\n");
}

interface LastLinesProps {
  readonly place: RunPlace;
  readonly node: RunNode;
  /** What stands above them already. */
  readonly said: string;
  readonly onLog: () => void;
}

/** Seen where the page is narrow; else the log itself stands beside. */
function LastLines({ place, node, said, onLog }: LastLinesProps) {
  const [lines, setLines] = useState<readonly string[]>([]);
  useEffect(() => {
    let wanted = true;
    lastLines(place, node).then((found) => wanted && setLines(found), () => {});
    return () => void (wanted = false);
  }, [node.startedAt]);
  if (lines.every((line) => said.includes(line))) return null;
  return (
    <button type="button" class="run-last" onClick={onLog} aria-label="Open the log at its end">
      <pre>{lines.join("\n")}</pre>
    </button>
  );
}

async function lastLines(place: RunPlace, { step }: RunNode): Promise<string[]> {
  const path = `${stepPath(place, step.name)}/log`;
  for (const stream of ["stderr", "stdout"]) {
    const { content, lineCount } = await get<{ content: string; lineCount: number }>(
      `${path}?stream=${stream}&tail=${LAST_LINES}`,
    );
    if (lineCount > 0) return content.split("\n").map(plainText);
  }
  return [];
}

/** Why a run stands in line. */
export function RunQueued({ place }: { readonly place: RunPlace }) {
  const { data } = useResource<{ why: string }>(`${runPath(place)}/why`, {
    on: ({ type }) => type === "queue" || type === "run",
  });
  return data ? <p class="run-why">{data.why}</p> : null;
}

interface WaitsProps {
  readonly nodes: readonly RunNode[];
  readonly onApprove: (node: RunNode) => void;
  readonly onReject: (node: RunNode) => void;
}

/** Steps that wait for a person. */
export function RunWaits({ nodes, onApprove, onReject }: WaitsProps) {
  return nodes.filter(({ status }) => status === NodeStatus.Waiting).map((node) => (
    <section class="run-waits" key={node.step.name} aria-label={`${node.step.name} waits for approval`}>
      <h2>
        <StateMark tone="wait" label="Waits" />
        <span>
          <b>{node.step.name}</b> waits for you
        </span>
      </h2>
      <p>{askedBy(node.step.executorConfig?.config).prompt}</p>
      {mayRun() && (
        <div class="run-problem-acts">
          <button
            type="button"
            class="button button-main"
            onClick={() => onApprove(node)}
          >
            Approve…
          </button>
          <button
            type="button"
            class="button button-danger"
            onClick={() =>
              onReject(node)}
          >
            Reject…
          </button>
        </div>
      )}
    </section>
  ));
}
