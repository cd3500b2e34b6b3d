/** Files of the history and the queues, as other programs and broken disks leave them. */
import { DaguError } from "../../../src/core/errors.ts";
import { applyEvent, newRunRecord, type RunRecord } from "../../../src/core/run.ts";
import { loadDag } from "../../../src/spec/load.ts";
import { snapshotFromJson, snapshotToJson } from "../../../src/stores/file/json/dag_json.ts";
import { eventFromLine, eventToLine } from "../../../src/stores/file/json/event_json.ts";
import {
  itemRun,
  itemText,
  parseClaimName,
  parseItemName,
} from "../../../src/stores/file/queue/queue_names.ts";
import { recordFromLine, recordToLine } from "../../../src/stores/file/json/status_json.ts";
import { NodeStatus } from "../../../src/core/status.ts";
import { assertEquals } from "../../assert.ts";
import { definitions } from "../corpus.ts";
import { damage, damageJson } from "../damage.ts";
import type { Target } from "../target.ts";

const AT = Date.UTC(2026, 0, 31, 12);

function recordsOf(texts: readonly string[]): { record: RunRecord; snapshot: string }[] {
  return texts.flatMap((text) => {
    try {
      const dag = loadDag({ text, file: "/dags/x.yaml" });
      const record = newRunRecord({
        dag,
        dagRunId: "r1",
        attemptId: "abc123",
        root: { name: dag.name, id: "r1" },
        parent: null,
        params: ["A=1"],
        createdAt: AT,
        log: "/log",
        pid: 1,
        workerId: "",
      });
      const snapshot = { dag, env: ["A=b"], params: ["A=1"], paramsJson: '{"A":"1"}', workingDir: "/w" };
      return [{ record, snapshot: snapshotToJson(snapshot) }];
    } catch (error) {
      if (error instanceof DaguError) return [];
      throw error;
    }
  });
}

/** What was read once and written stays what it is. */
function staysSo<T>(value: T, write: (value: T) => string, read: (text: string) => T): void {
  const text = write(value);
  assertEquals(write(read(text)), text, "Written, read and written again");
}

const staysRecord = (record: RunRecord) =>
  staysSo(record, (one) => recordToLine(one, false), (line) => recordFromLine(line)!);

export function recordTargets(): Readonly<Record<string, Target>> {
  const samples = recordsOf(definitions());
  const events = samples.filter(({ record }) => record.nodes.length > 0).map(({ record }) => ({
    record,
    line: eventToLine(record, {
      kind: "node",
      node: 0,
      patch: {
        status: NodeStatus.Failed,
        error: "exit status 1",
        outputs: { A: "b" },
        startedAt: AT,
        children: [],
      },
    }, 2),
  }));
  const ended = eventToLine(samples[0]!.record, { kind: "run", patch: { status: 2, finishedAt: AT } }, 3);
  const item = itemText({
    id: "item_low_20260131_120000_000Z_r1.json",
    priority: "low",
    queuedAt: AT,
    run: { name: "a", id: "r1" },
  });
  const unsealed = (line: string) => line.replace(/,"crc":"\w+"\}$/, "}");
  return {
    record: {
      make: (random) => damageJson(unsealed(recordToLine(random.pick(samples).record, false)), random),
      check(line) {
        const record = recordFromLine(line);
        if (record) staysRecord(record);
        return "";
      },
    },
    event: {
      make: (random) => damageJson(unsealed(random.chance(0.5) ? ended : random.pick(events).line), random),
      check(line) {
        const before = events[0]!.record;
        const numbered = eventFromLine(line, before);
        if (numbered) staysRecord({ ...applyEvent(before, numbered.event), seq: 2 });
        return "";
      },
    },
    snapshot: {
      make: (random) => damageJson(random.pick(samples).snapshot, random),
      check(json) {
        try {
          staysSo(snapshotFromJson(json), snapshotToJson, snapshotFromJson);
        } catch (error) {
          if (!(error instanceof SyntaxError)) throw error;
        }
        return "";
      },
    },
    "queue item": {
      make: (random) => damageJson(item, random),
      check(text) {
        const read = itemRun(text);
        return "problem" in read ? read.problem : "";
      },
    },
    "queue name": {
      make: (random) => damage("item_low_20260131_120000_000Z_r1.json.12", random),
      check(name) {
        const parsed = parseItemName(name);
        parseClaimName(name);
        return parsed ? `${parsed.queuedAt}` : "";
      },
    },
  };
}
