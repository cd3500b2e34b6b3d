/** A process that another one starts and talks to in lines. It outlives the one that started it. */
import type { LineProcess } from "../../src/platform/process/line_process.ts";
import type { Process } from "./process.ts";

/** Of a line from one to the other. */
const PIPE_MS = 0.3;
const BEGIN_MS = 60;

/** The other end of the pipes. */
export interface Pipes {
  /** The next line that the parent said; null when there will be none. */
  readonly next: () => Promise<string | null>;
  readonly say: (value: unknown) => void;
}

/** @param main the child's code; it ends when that resolves, or fails */
export function startChild(
  parent: Process,
  name: string,
  main: (child: Process, pipes: Pipes) => Promise<void>,
  onLine: (value: unknown) => void,
): LineProcess {
  const { world, machine } = parent;
  const child = world.addProcess(machine, name);
  const lines: (string | null)[] = [];
  let wake = () => {};
  const toChild = (line: string | null) =>
    void world.timeline.after(PIPE_MS, () =>
      child.deliver(() => {
        lines.push(line);
        wake();
      }));
  const next = async () => {
    while (lines.length === 0) await new Promise<void>((resolve) => wake = resolve);
    return lines.shift()!;
  };
  const say = (value: unknown) => {
    if (child.dead) return;
    const line = JSON.stringify(value);
    world.timeline.after(PIPE_MS, () => parent.deliver(() => onLine(JSON.parse(line))));
  };
  const { promise: ended, resolve } = Promise.withResolvers<string>();
  child.onEnd(() => world.timeline.after(PIPE_MS * 2, () => parent.deliver(() => resolve("killed"))));
  parent.onEnd(() => toChild(null));
  child.after(
    BEGIN_MS * world.random.next(),
    () => void world.runMain(child, () => main(child, { next, say })),
  );
  return {
    pid: child.pid,
    ended,
    send: (value) => toChild(JSON.stringify(value)),
    close: () => toChild(null),
  };
}
