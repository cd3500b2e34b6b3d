/** The view of a run that people read: its log files under simple names, and its state as YAML. */
import type { Node, RunRecord } from "../../../core/run.ts";
import { HANDLER_NAMES } from "../../../core/dag.ts";
import { nodeStatusName, runStatusName } from "../../../core/status.ts";
import { makeDirSync, removeIfExistsSync, replaceFileSync } from "../../../platform/files/files.ts";
import { basename } from "../../../platform/files/path.ts";
import { timeText } from "../json/time_text.ts";

/** Makes or renews the view in the folder. Log files are linked, not copied. */
export function writeView(folder: string, record: RunRecord): void {
  makeDirSync(folder);
  const nodes = [...record.nodes];
  for (const name of HANDLER_NAMES) {
    const node = record.handlers[name];
    if (node) nodes.push(node);
  }
  if (record.log) link(record.log, `${folder}/run.log`);
  for (const { state } of nodes) {
    if (state.stdout) link(state.stdout, `${folder}/${basename(state.stdout)}`);
    if (state.stderr && state.stderr !== state.stdout) {
      link(state.stderr, `${folder}/${basename(state.stderr)}`);
    }
  }
  replaceFileSync(`${folder}/status.yaml`, statusYaml(record, nodes));
}

function link(file: string, as: string): void {
  try {
    Deno.linkSync(file, as);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    // An earlier attempt stands there, or the logs lie on another file system.
    removeIfExistsSync(as);
    try {
      Deno.linkSync(file, as);
    } catch {
      Deno.symlinkSync(file, as);
    }
  }
}

function statusYaml(record: RunRecord, nodes: readonly Node[]): string {
  const lines = [
    `name: ${JSON.stringify(record.name)}`,
    `dagRunId: ${JSON.stringify(record.dagRunId)}`,
    `attemptId: ${JSON.stringify(record.attemptId)}`,
    `status: ${runStatusName(record.status)}`,
    ...times(record.startedAt, record.finishedAt, ""),
  ];
  if (record.parent) lines.push(`parent: ${JSON.stringify(record.parent.id)}`);
  if (record.params) lines.push(`params: ${JSON.stringify(record.params)}`);
  if (record.error) lines.push(`error: ${JSON.stringify(record.error)}`);
  lines.push(nodes.length > 0 ? "steps:" : "steps: []");
  for (const { step, state } of nodes) {
    lines.push(
      `  - name: ${JSON.stringify(step.name)}`,
      `    status: ${nodeStatusName(state.status)}`,
      ...times(state.startedAt, state.finishedAt, "    "),
    );
    if (state.exitCode) lines.push(`    exitCode: ${state.exitCode}`);
    if (state.error) lines.push(`    error: ${JSON.stringify(state.error)}`);
  }
  return lines.join("\n") + "\n";
}

function times(startedAt: number, finishedAt: number, indent: string): string[] {
  const lines: string[] = [];
  if (startedAt) lines.push(`${indent}startedAt: ${JSON.stringify(timeText(startedAt))}`);
  if (finishedAt) lines.push(`${indent}finishedAt: ${JSON.stringify(timeText(finishedAt))}`);
  return lines;
}
