/** The dialogs of a run's page. */
import type { RunNode } from "../api/types.ts";
import type { RunPlace } from "../run_actions.ts";
import { ApproveDialog, askedBy, RejectDialog } from "./decide.tsx";
import { StateDialog, StopDialog } from "./run_dialogs.tsx";

/** Which of them is open. */
export type Asks = { readonly what: "stop" } | {
  readonly what: "state" | "approve" | "reject";
  readonly node: RunNode;
};

export function Asking({ asks, place, onClose }: {
  readonly asks: Asks;
  readonly place: RunPlace;
  readonly onClose: () => void;
}) {
  if (asks.what === "stop") return <StopDialog place={place} onClose={onClose} />;
  const { what, node } = asks;
  if (what === "state") return <StateDialog place={place} node={node} onClose={onClose} />;
  const decision = { place, step: node.step.name, asked: askedBy(node.step.executorConfig?.config), onClose };
  return what === "approve" ? <ApproveDialog {...decision} /> : <RejectDialog {...decision} />;
}
