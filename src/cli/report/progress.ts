/** A live picture of a run on a terminal: what runs and for how long, what is next, how much is done. */
import type { Node, RunEvent, RunRecord } from "../../core/run.ts";
import { isFinishedNode, NodeStatus } from "../../core/status.ts";
import type { RunObserver } from "../../app/app.ts";
import { statusPainter } from "../text/colour.ts";
import type { Console } from "../command.ts";
import { formatDuration, plainLine } from "../text/format.ts";

export interface Progress extends RunObserver {
  /** Removes the picture. */
  close(): void;
}

const INTERVAL = 100;
const MAX_RUNNING = 8;
const SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";

export function startProgress(console: Console): Progress {
  let record: RunRecord | null = null;
  let drawn = 0;
  let hidden = false;
  let tick = 0;
  let timer: ReturnType<typeof setInterval> | undefined;

  const erase = () => drawn > 0 ? `\x1b[${drawn}A\r\x1b[J` : "";
  const draw = () => {
    if (!record) return;
    const view = { columns: console.columns(), rows: console.rows(), colour: console.colour };
    const lines = progressLines(record, console.now(), view, tick++);
    // One write for erasing and drawing: the terminal never shows the state between them.
    console.out((hidden ? "" : HIDE_CURSOR) + erase() + lines.map((line) => `${line}\n`).join(""));
    hidden = true;
    drawn = lines.length;
  };

  return {
    onStart(started) {
      record = started;
      // A run that ends before the first tick leaves no trace of a picture.
      timer = setInterval(draw, INTERVAL);
    },
    onEvent(_event: RunEvent, changed: RunRecord) {
      record = changed;
    },
    close() {
      if (timer === undefined) return;
      clearInterval(timer);
      timer = undefined;
      if (hidden) console.out(erase() + SHOW_CURSOR);
      drawn = 0;
    },
  };
}

/** The terminal that the picture is for; 0 means that a measure is not known. */
export interface View {
  readonly columns: number;
  readonly rows: number;
  readonly colour: boolean;
}

/** The picture, no line wider than the terminal, no more lines than it has. */
export function progressLines(
  record: RunRecord,
  now: number,
  view: View,
  tick: number,
): string[] {
  const paint = statusPainter(view.colour);
  const width = Math.max(10, (view.columns || 80) - 1);
  const room = Math.max(1, Math.min(MAX_RUNNING, (view.rows || 24) - 5));
  const count = { done: 0, failed: 0 };
  const running: Node[] = [];
  const waiting: Node[] = [];
  for (const node of record.nodes) {
    const { status } = node.state;
    if (status === NodeStatus.Running) running.push(node);
    else if (status === NodeStatus.NotStarted) waiting.push(node);
    else if (isFinishedNode(status)) count.done++;
    if (status === NodeStatus.Failed) count.failed++;
  }
  for (const node of Object.values(record.handlers)) {
    if (node.state.status === NodeStatus.Running) running.push(node);
  }

  const spin = SPINNER[tick % SPINNER.length]!;
  const lines: string[] = [];
  const line = (text: string, painted: (cut: string) => string = (cut) => cut) =>
    lines.push(painted(fit(text, width)));
  const took = record.startedAt > 0 ? formatDuration(now - record.startedAt) : "0ms";
  line(`${spin} ${plainLine(record.name)}  ${took}`, (cut) => paint(cut, "running"));
  for (const { step, state } of running.slice(0, room)) {
    const again = state.retryCount > 0 ? `, try ${state.retryCount + 1}` : "";
    const since = state.startedAt > 0 ? formatDuration(now - state.startedAt) : "";
    const subs = state.children.length > 0 ? `, ${state.children.length} sub-runs` : "";
    line(`  ▸ ${plainLine(step.name)}  ${since}${again}${subs}`);
  }
  if (running.length > room) line(`    and ${running.length - room} more`);
  if (waiting.length > 0) {
    const names = waiting.slice(0, 3).map((node) => plainLine(node.step.name)).join(", ");
    line(`  next: ${names}${waiting.length > 3 ? `, and ${waiting.length - 3} more` : ""}`);
  }
  const total = record.nodes.length;
  const failed = count.failed > 0 ? `, ${count.failed} failed` : "";
  const counts = ` ${count.done}/${total} done, ${running.length} running${failed}`;
  const length = Math.min(30, width - counts.length - 4);
  const filled = total === 0 ? length : Math.round(length * count.done / total);
  const bar = length >= 5 ? `  ${"█".repeat(filled)}${"░".repeat(length - filled)}` : " ";
  line(bar + counts, (cut) => count.failed > 0 ? paint(cut, "failed") : cut);
  return lines;
}

/** Cuts a text to a number of terminal cells; East Asian and emoji characters take two. */
function fit(text: string, cells: number): string {
  let used = 0;
  let out = "";
  const characters = [...text];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i]!;
    const size = WIDE.test(character) ? 2 : COMBINING.test(character) ? 0 : 1;
    const left = cells - used - size;
    if (left < 0 || (left === 0 && i < characters.length - 1)) return `${out}…`;
    out += character;
    used += size;
  }
  return out;
}

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const COMBINING = /\p{Mn}|\p{Me}|\u200d/u;
