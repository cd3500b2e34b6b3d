/** Events of a record as lines of `events.jsonl`. */
import type { HandlerName } from "../../../core/dag.ts";
import { HANDLER_NAMES } from "../../../core/dag.ts";
import type { ChildRun, NodeKey, RunEvent, RunRecord } from "../../../core/run.ts";
import { isObject, objects } from "./json_read.ts";
import { openLine, sealLine } from "../sealed_line.ts";
import { childFromJson, nodePatch, runPatch } from "./state_json.ts";

/** An event and its number. */
export interface NumberedEvent {
  readonly seq: number;
  readonly event: RunEvent;
}

/**
 * One line without newline, for the event that made `after`.
 * Lists of sub-runs grow by one at a time and may have hundreds of members, so only what was added is written.
 */
export function eventToLine(before: RunRecord, event: RunEvent, seq: number): string {
  if (event.kind === "run") return sealLine(JSON.stringify({ seq, run: event.patch }));
  const { children, ...rest } = event.patch;
  if (!children) return sealLine(JSON.stringify({ seq, node: event.node, patch: event.patch }));
  const known = childrenOf(before, event.node);
  if (children.length <= known.length || !known.every((child, i) => child === children[i])) {
    return sealLine(JSON.stringify({ seq, node: event.node, patch: event.patch }));
  }
  const more = children.slice(known.length);
  return sealLine(JSON.stringify({ seq, node: event.node, patch: rest, children: more }));
}

/** @returns null for a damaged line. */
export function eventFromLine(line: string, before: RunRecord): NumberedEvent | null {
  const json = openLine(line);
  if (!json || typeof json.seq !== "number") return null;
  if (isObject(json.run)) return { seq: json.seq, event: { kind: "run", patch: runPatch(json.run) } };
  const node = nodeKey(json.node, before);
  if (node === null || !isObject(json.patch)) return null;
  let patch = nodePatch(json.patch);
  if (Array.isArray(json.children)) {
    const more = objects(json, "children").map(childFromJson);
    patch = { ...patch, children: [...childrenOf(before, node), ...more] };
  }
  return { seq: json.seq, event: { kind: "node", node, patch } };
}

function childrenOf(record: RunRecord, key: NodeKey): readonly ChildRun[] {
  const node = typeof key === "number" ? record.nodes[key] : record.handlers[key];
  return node?.state.children ?? [];
}

function nodeKey(value: unknown, record: RunRecord): NodeKey | null {
  if (typeof value === "number") return record.nodes[value] ? value : null;
  const name = HANDLER_NAMES.find((handler: HandlerName) => handler === value);
  return name && record.handlers[name] ? name : null;
}
