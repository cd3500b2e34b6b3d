/** The summary of a run as a tree, for people. */
import { permissionBlock, type PermissionSet } from "../../core/permissions.ts";
import type { Node, RunRecord } from "../../core/run.ts";
import { NodeStatus, nodeStatusName, RunStatus, runStatusName } from "../../core/status.ts";
import { errorText, formatBytes, formatDuration, formatTime, plainLine, titleOf } from "../text/format.ts";

/** End of a log file. */
export interface LogTail {
  /** Text of at most the last 64 KiB. */
  readonly text: string;
  /** Bytes of the file that `text` leaves out. */
  readonly skipped: number;
}

export interface TreeOptions {
  readonly now: number;
  /** Reads the end of a file; null when there is none. */
  readonly readTail: (path: string) => LogTail | null;
  /** Width at which long lines are wrapped; 0 leaves them whole. */
  readonly columns: number;
  /** Show what confined steps held. */
  readonly permissions: boolean;
  /** Wraps a status word in the colour of that status. */
  readonly paint: (text: string, status: string) => string;
}

const MAX_LINES = 50;
const MAX_LINE_LENGTH = 2000;

/** The tree with its header and result, each line ended. */
export function renderTree(record: RunRecord, options: TreeOptions): string {
  const status = runStatusName(record.status);
  const word = options.paint(titleOf(status), status);
  const took = record.startedAt > 0
    ? formatDuration(elapsed(record.startedAt, record.finishedAt, options.now))
    : "";
  const lines = [
    `${word} - ${formatTime(record.startedAt || record.createdAt)}`,
    "",
    `dag: ${record.name}${took && ` (${took})`}`,
  ];
  record.nodes.forEach((node, i) => {
    const last = i === record.nodes.length - 1;
    if (i === 0) lines.push("│");
    lines.push(`${last ? "└─" : "├─"}${nodeTitle(node, options)}`);
    const prefix = last ? "  " : "│ ";
    lines.push(...nodeBody(node, options).map((line) => prefix + line));
    if (!last) lines.push(prefix);
  });
  lines.push("");
  for (const node of Object.values(record.handlers)) {
    if (node.state.status !== NodeStatus.Failed) continue;
    lines.push(`handler ${node.step.name}: ${plainLine(firstLine(node.state.error)) || "failed"}`, "");
  }
  if (record.error !== "" && !record.nodes.some((node) => node.state.error !== "")) {
    lines.push(...record.error.split("\n").map((line) => `error: ${plainLine(line)}`), "");
  }
  lines.push(`${record.status === RunStatus.Running ? "Status" : "Result"}: ${word}`);
  return `${lines.join("\n")}\n`;
}

/** `name (1.2s) [succeeded]`; a node that did not start shows its name only. */
function nodeTitle({ step, state }: Node, options: TreeOptions): string {
  if (state.status === NodeStatus.NotStarted) return plainLine(step.name);
  const status = nodeStatusName(state.status);
  const took = state.startedAt > 0 && state.status !== NodeStatus.Skipped
    ? ` (${formatDuration(elapsed(state.startedAt, state.finishedAt, options.now))})`
    : "";
  return `${plainLine(step.name)}${took} [${options.paint(status, status)}]`;
}

function elapsed(from: number, to: number, now: number): number {
  return Math.max(0, (to > 0 ? to : now) - from);
}

/** A labelled text: one line stands beside its label, more stand below it. */
interface Entry {
  readonly label: string;
  readonly note: string;
  readonly lines: readonly string[];
}

/** Groups with an empty line between them: commands, permissions, output, sub-runs, error. */
function nodeBody(node: Node, options: TreeOptions): string[] {
  const { state } = node;
  const ran = state.status !== NodeStatus.NotStarted && state.status !== NodeStatus.Skipped;
  const done = ran && state.startedAt > 0 && state.status !== NodeStatus.Running;
  const groups: Entry[][] = [
    ran && state.status !== NodeStatus.Aborted || done ? commandsOf(node) : [],
    options.permissions && state.permissions ? [permissionsOf(state.permissions)] : [],
    done ? outputOf(node, options) : [],
    [...state.childrenRepeated, ...state.children].map((child) => ({
      label: "subdag",
      note: "",
      lines: [plainLine(child.params === "" ? child.dagRunId : `${child.dagRunId} [${child.params}]`)],
    })),
    state.error !== "" && state.status === NodeStatus.Failed ? [errorOf(state.error)] : [],
  ].filter((group) => group.length > 0);

  const out: string[] = [];
  groups.forEach((group, g) => {
    if (g > 0) out.push("│");
    group.forEach((entry, e) => {
      const last = g === groups.length - 1 && e === group.length - 1;
      out.push(...entryLines(entry, last, options.columns));
    });
  });
  return out;
}

function entryLines(entry: Entry, last: boolean, columns: number): string[] {
  const branch = last ? "└─" : "├─";
  if (entry.label === "") return [branch + entry.lines[0]];
  const width = columns === 0 ? MAX_LINE_LENGTH : Math.max(20, columns - 8);
  const lines = entry.lines.flatMap((line) => columns === 0 ? [cut(line)] : wrap(line, width));
  if (lines.length === 1 && entry.note === "") return [`${branch}${entry.label}: ${lines[0]}`];
  const note = entry.note === "" ? "" : ` ${entry.note}`;
  return [`${branch}${entry.label}:${note}`, ...lines.map((line) => `${last ? " " : "│"}   ${line}`)];
}

function commandsOf({ step, state }: Node): Entry[] {
  const texts = state.shown?.commands ??
    step.commands.map((command) => command.args ? [command.text, ...command.args].join(" ") : command.text);
  return texts.filter((text) => text.trim() !== "").map((text) => {
    const lines = text.trim().split("\n");
    return { label: "", note: "", lines: [cut(plainLine(lines[0]!)) + (lines.length > 1 ? " …" : "")] };
  });
}

function permissionsOf(set: PermissionSet): Entry {
  const block = permissionBlock(set);
  return { label: "permissions", note: "", lines: [block === "{}" ? "none" : plainLine(block)] };
}

function outputOf({ state }: Node, options: TreeOptions): Entry[] {
  const entries: Entry[] = [];
  for (const label of ["stdout", "stderr"] as const) {
    const path = state[label];
    if (path === "" || (label === "stderr" && path === state.stdout)) continue;
    const tail = options.readTail(path);
    if (!tail) continue;
    const lines = tail.text.split("\n");
    if (tail.skipped > 0) lines.shift();
    while (lines.length > 0 && lines.at(-1)!.trim() === "") lines.pop();
    while (lines.length > 0 && lines[0]!.trim() === "") lines.shift();
    if (lines.length === 0) continue;
    const hidden = Math.max(0, lines.length - MAX_LINES);
    const note = tail.skipped > 0
      ? `... (${formatBytes(tail.skipped)} and more before, all of it in ${path})`
      : hidden > 0
      ? `... (${hidden} more lines)`
      : "";
    entries.push({ label, note, lines: lines.slice(hidden).map(plainLine) });
  }
  return entries;
}

function errorOf(error: string): Entry {
  return { label: "error", note: "", lines: errorText(error).split("\n").map(plainLine) };
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0]!;
}

function cut(line: string): string {
  const more = line.length - MAX_LINE_LENGTH;
  return more > 0 ? `${line.slice(0, MAX_LINE_LENGTH)}… (${more} more characters)` : line;
}

function wrap(line: string, width: number): string[] {
  const characters = [...cut(line)];
  if (characters.length <= width) return [characters.join("")];
  const parts: string[] = [];
  for (let i = 0; i < characters.length; i += width) parts.push(characters.slice(i, i + width).join(""));
  return parts;
}
