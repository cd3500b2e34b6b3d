/** What the steps of runs used, as the `permissions:` that would allow just that. */
import {
  mergePermissions,
  mergeUses,
  PERMISSION_KINDS,
  type PermissionSet,
  type PermissionUse,
} from "../../core/permissions.ts";
import type { Node, RunRecord } from "../../core/run.ts";

/** YAML, a document for each DAG. @param records a run and its sub-runs; several may be of the same DAG */
export function auditText(records: readonly RunRecord[]): string {
  const names = [...new Set(records.map((record) => record.name))];
  return names.map((name) => dagText(name, records.filter((record) => record.name === name))).join("---\n");
}

type Uses = ReadonlyMap<string, PermissionUse>;

function dagText(name: string, records: readonly RunRecord[]): string {
  const steps = usesOf(records.flatMap((record) => record.nodes));
  const handlers = new Map<string, PermissionUse>();
  for (const { handlers: nodes } of records) {
    for (const [event, { state }] of Object.entries(nodes)) if (state.used) add(handlers, event, state.used);
  }
  const all = [...steps.values(), ...handlers.values()].map((use) => use.permissions);
  const lines = [
    `# Permissions that were used by the DAG ${JSON.stringify(name)}: all of its steps together`,
    ...blockLines("permissions:", mergePermissions(...all), ""),
  ];
  if (steps.size > 0) lines.push("# and one by one", "steps:");
  for (const [step, { permissions }] of steps) {
    lines.push(`  - name: ${JSON.stringify(step)}`, ...blockLines("permissions:", permissions, "    "));
  }
  if (handlers.size > 0) lines.push("handlerOn:");
  for (const [event, { permissions }] of handlers) {
    lines.push(`  ${event}:`, ...blockLines("permissions:", permissions, "    "));
  }
  return [...lines, ...noteLines(steps, handlers, records)].map((line) => `${line}\n`).join("");
}

function usesOf(nodes: readonly Node[]): Map<string, PermissionUse> {
  const uses = new Map<string, PermissionUse>();
  for (const { step, state } of nodes) if (state.used) add(uses, step.name, state.used);
  return uses;
}

function add(uses: Map<string, PermissionUse>, name: string, use: PermissionUse): void {
  uses.set(name, mergeUses(uses.get(name) ?? null, use));
}

function blockLines(key: string, set: PermissionSet, indent: string): string[] {
  const kinds = PERMISSION_KINDS.flatMap((kind) => {
    const entries = set[kind] ?? [];
    if (entries.length === 0) return [];
    const value = entries.includes("*")
      ? "true"
      : `[${entries.map((entry) => JSON.stringify(entry)).join(", ")}]`;
    return [`${indent}  ${kind}: ${value}`];
  });
  return kinds.length === 0 ? [`${indent}${key} {}`] : [`${indent}${key}`, ...kinds];
}

/** What the blocks do not tell, as comments. */
function noteLines(steps: Uses, handlers: Uses, records: readonly RunRecord[]): string[] {
  const byText = new Map<string, string[]>();
  for (const [name, { unknown }] of [...steps, ...handlers]) {
    if (unknown !== "") byText.set(unknown, [...byText.get(unknown) ?? [], name]);
  }
  const silent = new Set(records.flatMap((record) => record.nodes.map((node) => node.step.name)));
  for (const name of steps.keys()) silent.delete(name);
  const code = records.flatMap((record) => record.nodes).filter(({ step, state }) =>
    state.used && /^(?:ts|typescript)$/.test(step.executor.type)
  );
  const coded = [...new Set(code.map(({ step }) => step.name))];
  if (coded.length > 0) byText.set("takes permissions from a block of its own only", coded);
  if (silent.size > 0) byText.set("did not run, or needs no permission of its own", [...silent]);
  return [...byText].map(([text, names]) =>
    `# ${names.map((name) => JSON.stringify(name)).join(", ")}: ${text}`
  );
}
