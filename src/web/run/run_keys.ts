/** The keys of a run's page. */
import { to } from "../addresses.ts";
import type { RunNode } from "../api/types.ts";
import { useKeys } from "../keys.ts";
import { go, setQuery } from "../router.ts";
import { canRetry, canStop, retryRun } from "../run_actions.ts";
import { mayRun } from "../session.ts";
import type { Asks } from "./asking.tsx";
import { useNeighbours } from "./neighbours.ts";
import type { RunStore } from "./run_store.ts";
import type { StepChoice } from "./step_choice.ts";

interface KeyTargets {
  readonly choice: StepChoice;
  readonly culprit: RunNode | undefined;
  /** Waits for the word of a person. */
  readonly waiting: RunNode | undefined;
  readonly asGraph: boolean;
  readonly ask: (asks: Asks) => void;
}

export function useRunKeys(store: RunStore, { choice, culprit, waiting, asGraph, ask }: KeyTargets): void {
  const run = store.run.value!;
  const neighbours = useNeighbours(run);
  const { name, id } = store;
  const { step, subRunId, rows } = choice;
  const toNeighbour = (id: string | undefined) => void (id !== undefined && go(to.run(name, id)));
  useKeys([
    { key: "j", does: "Next step", run: () => choice.move(1) },
    { key: "k", does: "Step before", run: () => choice.move(-1) },
    { key: "e", does: "First error", run: () => culprit && choice.choose(culprit.step.name) },
    { key: "l", does: "Log on a page of its own", run: () => go(to.log(name, id, { step })) },
    { key: "v", does: "Steps or graph", run: () => setQuery({ view: asGraph ? null : "graph" }) },
    {
      key: "R",
      does: "Retry the run",
      run: () => void (canRetry(run.status) && retryRun({ name, dagRunId: run.dagRunId })),
    },
    { key: ".", does: "Stop the run", run: () => canStop(run.status) && ask({ what: "stop" }) },
    {
      key: "a",
      does: "Approve",
      run: () => mayRun() && waiting && ask({ what: "approve", node: waiting }),
    },
    { key: "c", does: "Compare with another run", run: () => go(to.compare(name, id)) },
    { key: "[", does: "Run before", run: () => toNeighbour(neighbours.before) },
    { key: "]", does: "Next run", run: () => toNeighbour(neighbours.next) },
    { key: "Escape", does: "Back to the workflow", run: () => go(to.workflow(name)) },
  ], [run, step, subRunId, asGraph, rows.length, neighbours, waiting]);
}
