/** Looks at the logs of the steps that run, and notes when they grow. A step that is over before costs nothing. */
import type { NodeKey, NodeState, RunEvent, RunRecord } from "../core/run.ts";
import { NodeStatus } from "../core/status.ts";
import { LogMarkWriter } from "../platform/logs/log_marks.ts";
import { startTimer } from "../platform/time/timer.ts";
import type { Clock } from "../ports/clock.ts";

/** Pause between two looks at so many steps; where more of them run at once it is longer. */
const LOOK_MS = 200;
const STEPS = 50;

interface Marked {
  readonly state: NodeState;
  /** null before the first look. */
  writer: LogMarkWriter | null;
}

export class LogMarks {
  readonly #clock: Clock;
  readonly #running = new Map<NodeKey, Marked>();
  /** Takes the next look back; null when none is due. */
  #forget: (() => void) | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  onEvent(event: RunEvent, record: RunRecord): void {
    if (event.kind !== "node" || event.patch.status === undefined) return;
    const { node } = event;
    const { state } = typeof node === "number" ? record.nodes[node]! : record.handlers[node]!;
    if (state.status !== NodeStatus.Running) this.#running.delete(node);
    else if (!this.#running.has(node)) this.#running.set(node, { state, writer: null });
    this.#wait();
  }

  /** Looks no more. */
  end(): void {
    this.#running.clear();
    this.#forget?.();
  }

  #wait(): void {
    if (this.#forget || this.#running.size === 0) return;
    const ms = LOOK_MS * Math.max(1, this.#running.size / STEPS);
    this.#forget = startTimer(ms, () => this.#look());
  }

  #look(): void {
    for (const [node, marked] of this.#running) {
      const { stdout, stderr, startedAt } = marked.state;
      marked.writer ??= new LogMarkWriter(stdout, stderr, startedAt);
      try {
        marked.writer.look(this.#clock.now());
      } catch {
        // Without room for it, the times of the lines are not known.
        this.#running.delete(node);
      }
    }
    this.#forget = null;
    this.#wait();
  }
}
