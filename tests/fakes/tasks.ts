/** Tasks for tests. */
import type { Task } from "../../src/ports/task.ts";

export function aTask(id: string, change: Partial<Task> = {}): Task {
  const run = { name: "etl", id };
  return {
    run,
    root: run,
    parent: null,
    operation: "retry",
    params: "",
    step: "",
    following: false,
    selector: {},
    definition: "",
    snapshot: "",
    previous: "",
    files: [],
    trigger: "queue",
    depth: 0,
    workingDir: "",
    hidden: [],
    ...change,
  };
}
