/**
 * A process that writes runs until it is killed. Before each promise (an event appended, a run opened or closed) it
 * prints a line, and after it the same line with `done`: the test compares them with what it finds.
 *
 *     deno run -A kill_writer.ts <home> <first run number>
 */
import { NodeStatus, RunStatus } from "../../src/core/status.ts";
import { FileRunStore } from "../../src/stores/file/runs/run_store.ts";
import { childAttempt, newAttempt, nodeEvent, runEvent } from "../fakes/attempts.ts";

if (import.meta.main) {
  const [home, first] = Deno.args;
  const store = new FileRunStore({ dataDir: `${home}/data`, logDir: `${home}/logs` });
  const encoder = new TextEncoder();
  const say = (line: string) => Deno.stdout.writeSync(encoder.encode(line + "\n"));
  for (let n = Number(first);; n++) {
    const id = `r${n}`;
    const attempt = await store.createAttempt(newAttempt(id));
    say(`open ${id}`);
    attempt.append(runEvent(RunStatus.Running));
    const child = await store.createAttempt(childAttempt({ name: "test", id }, `c${n}`));
    for (const step of [0, 1]) {
      await attempt.stepFiles(step ? "b" : "a", false);
      attempt.append(nodeEvent(step, NodeStatus.Running));
      child.append(nodeEvent(step, NodeStatus.Running));
      child.append(nodeEvent(step, NodeStatus.Succeeded));
      attempt.append(nodeEvent(step, NodeStatus.Succeeded));
      say(`step ${id} ${step}`);
    }
    child.append(runEvent(RunStatus.Succeeded));
    await child.close();
    attempt.append(runEvent(RunStatus.Succeeded));
    await attempt.close();
    say(`end ${id}`);
  }
}
