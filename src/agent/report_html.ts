/** The text of a report about a run, as HTML that mail programs show: no scripts, no outside resources. */
import type { Node, RunRecord } from "../core/run.ts";
import { nodeStatusName, type RunStatus, runStatusName } from "../core/status.ts";

const CELL = "padding:4px 10px;border:1px solid #d0d7de;text-align:left;vertical-align:top";

/** @param status state to report: that of the record, or the one that is about to be recorded */
export function reportHtml(record: RunRecord, status: RunStatus): string {
  const facts = [
    ["DAG", record.name],
    ["Run", record.dagRunId],
    ["Status", runStatusName(status)],
    ["Started", timeText(record.startedAt)],
    ["Finished", timeText(record.finishedAt)],
    ["Parameters", record.params],
    ["Error", record.error],
  ].filter(([, value]) => value !== "");
  const nodes = [...record.nodes, ...Object.values(record.handlers)];
  return [
    '<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head>',
    '<body style="font-family:sans-serif;font-size:14px">',
    table(facts.map(([name, value]) => `<th style="${CELL}">${name}</th>${cell(value!)}`)),
    "<br />",
    table([
      ["Step", "Started", "Finished", "Status", "Error"].map((title) => `<th style="${CELL}">${title}</th>`)
        .join(""),
      ...nodes.map(row),
    ]),
    "</body></html>\n",
  ].join("\n");
}

function table(rows: readonly string[]): string {
  const style = "border-collapse:collapse";
  return `<table style="${style}">\n${rows.map((one) => `<tr>${one}</tr>`).join("\n")}\n</table>`;
}

function row({ step, state }: Node): string {
  return [
    step.name,
    timeText(state.startedAt),
    timeText(state.finishedAt),
    nodeStatusName(state.status).replace("not_started", "-"),
    state.error,
  ].map(cell).join("");
}

function cell(text: string): string {
  return `<td style="${CELL}">${escapeHtml(text).replaceAll("\n", "<br />")}</td>`;
}

function timeText(ms: number): string {
  return ms > 0 ? new Date(ms).toISOString().replace(/\.\d+Z$/, "Z") : "";
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll(
    '"',
    "&quot;",
  );
}
