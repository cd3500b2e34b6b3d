import { goesOn } from "../liveness/goes_on.ts";
import { makeRecord } from "../../../../tests/fakes/records.ts";
import { assert, assertEquals } from "../../../../tests/assert.ts";
import { newAttempt, nodeEvent, runEvent, twoSteps } from "../../../../tests/fakes/attempts.ts";
import { makeDag, makeStep } from "../../../../tests/fakes/dags.ts";
import type { RunRecord } from "../../../core/run.ts";
import { NodeStatus, RunStatus } from "../../../core/status.ts";
import type { Attempt } from "../../../ports/run_store.ts";
import { readLease, readRecord } from "./read_attempt.ts";
import { FileRunStore } from "../runs/run_store.ts";

/** A run that is cut off in its middle, as a kill leaves it: files as they are, owner forgotten. */
async function cutOff(work: (attempt: Attempt) => void, check: (dir: string, record: RunRecord) => void) {
  const home = Deno.makeTempDirSync({ prefix: "store-" });
  try {
    const store = new FileRunStore({ dataDir: `${home}/data`, logDir: `${home}/logs` });
    const attempt = await store.createAttempt(newAttempt("r1"));
    work(attempt);
    const record = attempt.record;
    const copy = `${home}/data/dag-runs/test/dag-runs/2026/01/01/dag-run_20260101_000000Z_r1/${
      attempt.dir.split("/").at(-1)
    }`;
    Deno.mkdirSync(copy, { recursive: true });
    for (const { name, isFile } of Deno.readDirSync(attempt.dir)) {
      if (isFile) Deno.copyFileSync(`${attempt.dir}/${name}`, `${copy}/${name}`);
    }
    await attempt.close();
    check(copy, record);
  } finally {
    Deno.removeSync(home, { recursive: true });
  }
}

function someWork(attempt: Attempt): void {
  attempt.append(runEvent(RunStatus.Running));
  attempt.append(nodeEvent(0, NodeStatus.Running));
  attempt.append({ kind: "node", node: 0, patch: { children: [{ dagRunId: "c1", params: "ü" }] } });
  attempt.append({
    kind: "node",
    node: 0,
    patch: { children: [...attempt.record.nodes[0].state.children, { dagRunId: "c2", params: "" }] },
  });
  attempt.append(nodeEvent(0, NodeStatus.Succeeded));
  attempt.append({ kind: "node", node: "exit", patch: { status: NodeStatus.Running, pgid: 7 } });
}

Deno.test("everything that was appended is read after a kill", async () => {
  await cutOff(someWork, (dir, record) => {
    assertEquals(record.nodes[0].state.children.length, 2);
    assertEquals(readRecord(dir), record);
  });
});

Deno.test("a torn tail of the events costs what was torn and nothing else", async () => {
  await cutOff(someWork, (dir, record) => {
    const path = `${dir}/events.jsonl`;
    const bytes = Deno.readFileSync(path);
    const ends = [...bytes.keys()].filter((i) => bytes[i] === 10);
    // Without the snapshots in between everything has to come from the events.
    const first = Deno.readTextFileSync(`${dir}/status.jsonl`).split("\n")[0] + "\n";
    Deno.writeTextFileSync(`${dir}/status.jsonl`, first);
    assertEquals(readRecord(dir), record);
    for (let length = bytes.length; length >= 0; length--) {
      Deno.writeFileSync(path, bytes.subarray(0, length));
      const read = readRecord(dir);
      assert(read, `Nothing is read at ${length} bytes`);
      // A last line that only lacks its newline is whole.
      assertEquals(read.seq, ends.filter((end) => end <= length).length, `At ${length} bytes`);
      if (read.seq >= 5) assertEquals(read.nodes[0].state.status, NodeStatus.Succeeded);
    }
  });
});

Deno.test("a torn tail of the status file is made good by the events", async () => {
  await cutOff(someWork, (dir, record) => {
    const path = `${dir}/status.jsonl`;
    const bytes = Deno.readFileSync(path);
    for (let length = bytes.length; length >= 0; length -= length > bytes.length - 200 ? 1 : 17) {
      Deno.writeFileSync(path, bytes.subarray(0, length));
      const read = readRecord(dir);
      assertEquals(read?.seq, record.seq, `At ${length} bytes`);
      assertEquals(read?.nodes, record.nodes);
    }
    Deno.removeSync(path);
    assertEquals(readRecord(dir)?.nodes, record.nodes);
  });
});

Deno.test("a damaged line in the middle is passed over", async () => {
  await cutOff(someWork, (dir, record) => {
    const path = `${dir}/events.jsonl`;
    const lines = Deno.readTextFileSync(path).split("\n");
    lines[1] = lines[1].replace('"status":1', '"status":4');
    const first = Deno.readTextFileSync(`${dir}/status.jsonl`).split("\n")[0] + "\n";
    Deno.writeTextFileSync(`${dir}/status.jsonl`, first);
    Deno.writeTextFileSync(path, lines.join("\n"));
    const read = readRecord(dir);
    assertEquals(read?.seq, record.seq);
    assertEquals(read?.nodes[0].state.startedAt, 0);
    assertEquals(read?.handlers.exit?.state.pgid, 7);
  });
});

Deno.test("random damage never throws", async () => {
  await cutOff(someWork, (dir) => {
    let seed = 7;
    const random = (limit: number) => (seed = seed * 1103515245 + 12345 & 0x7fffffff) % limit;
    const files = ["status.jsonl", "events.jsonl", "dag.json", "lease.json"];
    const whole = new Map(files.map((name) => [name, Deno.readFileSync(`${dir}/${name}`)]));
    for (let round = 0; round < 200; round++) {
      for (const [name, bytes] of whole) {
        const damaged = bytes.slice(0, random(3) ? bytes.length : random(bytes.length));
        for (let i = random(6); i > 0; i--) damaged[random(bytes.length)] = random(256);
        Deno.writeFileSync(`${dir}/${name}`, damaged);
      }
      readRecord(dir);
      readLease(dir);
    }
  });
});

Deno.test("only regular files are opened", () => {
  const dir = Deno.makeTempDirSync();
  try {
    const made = new Deno.Command("mkfifo", {
      args: ["status.jsonl", "lease.json", "events.jsonl", "dag.json"].map((f) => `${dir}/${f}`),
    })
      .outputSync();
    assert(made.success);
    assertEquals(readRecord(dir), null);
    assertEquals(readLease(dir), null);
    assertEquals(readRecord(`${dir}/none`), null);
    const record = makeRecord(makeDag([makeStep("s")]));
    assertEquals(goesOn({ dir, record, lease: null }), false);
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
});

Deno.test("a large record is read from its end", () => {
  const dir = Deno.makeTempDirSync();
  try {
    const filler = JSON.stringify({ name: "x", dagRunId: "y", nodes: [], error: "e".repeat(300_000) });
    const last = JSON.stringify({
      name: "last",
      dagRunId: "y",
      nodes: [],
      status: 4,
      error: "e".repeat(300_000),
    });
    Deno.writeTextFileSync(
      `${dir}/status.jsonl`,
      `${filler}\n`.repeat(4) + last + "\n" + last.slice(0, 250_000),
    );
    assertEquals(readRecord(dir)?.name, "last");
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
});

Deno.test("a long run keeps its files small, and every state of them can be read", async () => {
  const home = Deno.makeTempDirSync({ prefix: "store-" });
  try {
    const store = new FileRunStore({ dataDir: `${home}/data`, logDir: `${home}/logs` });
    const steps = Array.from(
      { length: 300 },
      (_, i) => makeStep(`step${i}`, { description: "d".repeat(2000) }),
    );
    const attempt = await store.createAttempt(newAttempt("r1", { dag: makeDag(steps) }));
    attempt.append(runEvent(RunStatus.Running));
    let largest = 0;
    for (let i = 0; i < 9000; i++) {
      const patch = { doneCount: i, error: "e".repeat(900) };
      attempt.append({ kind: "node", node: i % 300, patch });
      if (i % 500) continue;
      for (const name of ["status.jsonl", "events.jsonl"]) {
        largest = Math.max(largest, Deno.statSync(`${attempt.dir}/${name}`).size);
      }
      assertEquals(readRecord(attempt.dir), attempt.record);
    }
    assert(largest < 11_000_000, `A file had ${largest} bytes`);
    attempt.append(runEvent(RunStatus.Failed));
    await attempt.close();
    assertEquals(readRecord(attempt.dir)?.nodes[299].state.doneCount, 8999);
    assertEquals(Deno.readTextFileSync(`${attempt.dir}/status.jsonl`).trim().includes("\n"), false);
    assertEquals([...Deno.readDirSync(attempt.dir)].map((e) => e.name).sort(), [
      "dag.json",
      "dag.json.sha256",
      "lease.json",
      "status.jsonl",
    ]);
  } finally {
    Deno.removeSync(home, { recursive: true });
  }
});

Deno.test("an attempt that somebody else closed is not written any more", async () => {
  const home = Deno.makeTempDirSync({ prefix: "store-" });
  try {
    const store = new FileRunStore({ dataDir: `${home}/data`, logDir: `${home}/logs` });
    const lease = { ...newAttempt("r1").lease, startTime: "1" };
    const attempt = await store.createAttempt(newAttempt("r1", { dag: twoSteps(), lease }));
    attempt.append(runEvent(RunStatus.Running));
    const closed = await store.closeDead((await store.find("test", "r1"))!);
    attempt.append(runEvent(RunStatus.Succeeded));
    const error = await attempt.close().then(() => "", String);
    assert(error.includes("another process closed"), error);
    assertEquals((await store.find("test", "r1"))?.record.status, closed.record.status);
    assertEquals(closed.record.status, RunStatus.Failed);
  } finally {
    Deno.removeSync(home, { recursive: true });
  }
});

Deno.test("an attempt that somebody else closed is lost, and none of its steps begins", async () => {
  const home = Deno.makeTempDirSync({ prefix: "store-" });
  const { now } = Date;
  try {
    const store = new FileRunStore({ dataDir: `${home}/data`, logDir: `${home}/logs` });
    for (const late of [false, true]) {
      const id = `r${late}`;
      const attempt = await store.createAttempt(newAttempt(id, { dag: twoSteps() }));
      attempt.append(runEvent(RunStatus.Running));
      const lost = new Promise<void>((resolve) => attempt.onLoss(resolve));
      attempt.onCancelRequest(() => {});
      await attempt.stepFiles("a", true);
      await store.closeDead((await store.find("test", id))!, { certain: true });
      // A process that was frozen comes to its next step before it comes to its next look.
      if (late) Date.now = () => now() + 10_000;
      else await lost;
      const error = await attempt.stepFiles("b", true).then(() => "", String);
      assert(error.includes("another process closed"), error);
      await lost;
      Date.now = now;
      attempt.abandon();
    }
  } finally {
    Date.now = now;
    Deno.removeSync(home, { recursive: true });
  }
});
