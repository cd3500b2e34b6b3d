import { assertEquals } from "../../../tests/assert.ts";
import type { RunEvent, RunRecord } from "../../core/run.ts";
import type { AgentJournal, EventListener } from "../journal.ts";
import { type SubRunChange, SubRunNews } from "./sub_run_news.ts";

const EVENT: RunEvent = { kind: "run", patch: {} };

/** A journal whose changes are made by hand. */
function fakeJournal(dagRunId: string) {
  const listeners = new Set<EventListener>();
  const record = { dagRunId, seq: 0 } as RunRecord;
  const journal = {
    record,
    listen: (listener: EventListener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  } as unknown as AgentJournal;
  return {
    journal,
    change: () => listeners.forEach((listener) => listener(EVENT, { ...record, seq: 1 })),
    listeners,
  };
}

Deno.test("news of sub-runs: those of all levels, also for who comes later, until each has ended", () => {
  const root = new SubRunNews();
  const middle = new SubRunNews();
  const [child, grandchild] = [fakeJournal("child"), fakeJournal("grandchild")];
  const told: string[] = [];
  const nameOf = (change: SubRunChange) =>
    "record" in change ? `begin ${change.record.dagRunId}` : change.dagRunId;
  const first = root.listen((change) => told.push(nameOf(change)));
  const endChild = root.follow(child.journal, middle);
  const endGrandchild = middle.follow(grandchild.journal, new SubRunNews());
  child.change();
  grandchild.change();
  assertEquals(told, ["begin child", "begin grandchild", "child", "grandchild"]);
  const late: string[] = [];
  root.listen((change) => late.push(nameOf(change)));
  assertEquals(late, ["begin child", "begin grandchild"]);
  first();
  endGrandchild();
  grandchild.change();
  child.change();
  endChild();
  assertEquals([told.length, late.slice(2)], [4, ["child"]]);
  assertEquals([child.listeners.size, grandchild.listeners.size], [0, 0]);
});
