import { assert, assertEquals, assertMatch } from "../../../../tests/assert.ts";
import { drive, FakeClock, settle } from "../../../../tests/fakes/fake_clock.ts";
import { FIRE_AT, makeFire } from "../../../../tests/fakes/fires.ts";
import type { DagRuns } from "../../../core/schedule/fire_decision.ts";
import { tickName } from "../../../core/schedule/fire_key.ts";
import type { Fire, FireRecord } from "../../../core/schedule/schedule.ts";
import { RunStatus } from "../../../core/status.ts";
import { MemoryFireStore } from "../../../stores/memory/fire_store.ts";
import { FireDesk } from "./fire_desk.ts";

const MINUTE = 60_000;

function fireAt(at: number, more: Partial<Fire> = {}): Fire {
  return makeFire({ at, since: at, tick: tickName(at), runId: `run-${tickName(at)}`, ...more });
}

/** A desk with everything around it, and what came of it. */
class Desk {
  readonly clock = new FakeClock(FIRE_AT);
  readonly actions: string[] = [];
  readonly settled: FireRecord[] = [];
  readonly errors: string[] = [];
  due: Fire[] = [];
  runs: DagRuns = { latest: null, active: false };
  leads = true;
  /** Called before an action is carried out. */
  before: (action: string, fire: Fire) => Promise<void> = () => Promise.resolve();
  readonly desk: FireDesk;

  constructor(readonly fires = new MemoryFireStore()) {
    const act = (action: string) => async (fire: Fire) => {
      await this.before(action, fire);
      this.actions.push(`${action} ${fire.dag} ${fire.runId}`);
    };
    this.desk = new FireDesk({
      clock: this.clock,
      timetable: { due: () => Promise.resolve(this.due.splice(0)) },
      fires,
      actions: {
        start: act("start"),
        enqueue: act("enqueue"),
        replace: act("replace"),
        stop: act("stop"),
        restart: act("restart"),
      },
      runsOf: () => Promise.resolve(this.runs),
      mayAct: () => this.leads,
      onSettled: (_, record) => this.settled.push(record),
      onError: (_, error) => this.errors.push(String(error)),
    });
  }

  async turn(fires: readonly Fire[] = [], epoch = 1): Promise<void> {
    await this.begin(fires, epoch);
    await drive(this.clock, this.desk.drain());
  }

  /** A turn of which some may take long. */
  async begin(fires: readonly Fire[] = [], epoch = 1): Promise<void> {
    this.due.push(...fires);
    await this.desk.turn(epoch);
    await settle();
  }

  get outcomes(): string[] {
    return this.settled.map(({ tick, outcome }) => `${tick} ${outcome}`);
  }
}

Deno.test("desk: every fire ends as something", async () => {
  const desk = new Desk();
  const at = (minutes: number, more: Partial<Fire> = {}) => fireAt(FIRE_AT + minutes * MINUTE, more);
  await desk.turn([
    at(0),
    at(1, { distributed: true }),
    at(2, { suspended: true }),
    at(3, { missed: "nobody was there", count: 7, since: FIRE_AT }),
    at(4, { caughtUp: true }),
    at(5, { kind: "stop" }),
    at(6, { broken: "etl.yaml:1:1: no" }),
  ]);
  assertEquals(desk.settled.map(({ outcome, why, runId, count }) => [outcome, why, runId, count]), [
    ["started", "", at(0).runId, 1],
    ["queued", "", at(1).runId, 1],
    ["skipped", "the DAG is suspended", "", 1],
    ["missed", "nobody was there", "", 7],
    ["caught_up", "", at(4).runId, 1],
    ["skipped", "no run is active", "", 1],
    ["missed", "the definition cannot be read: etl.yaml:1:1: no", "", 1],
  ]);
  assertEquals(desk.actions, [
    `start etl ${at(0).runId}`,
    `enqueue etl ${at(1).runId}`,
    `start etl ${at(4).runId}`,
  ]);
  assertEquals(await desk.fires.list({}), desk.settled.toReversed());
  assertEquals(await desk.fires.settledUntil(), FIRE_AT);
});

Deno.test("desk: a start while a run is active does what the schedule says", async () => {
  const desk = new Desk();
  desk.runs = { latest: { id: "r", status: RunStatus.Running, startedAt: 1, createdAt: 1 }, active: true };
  for (const [i, overlap] of (["skip", "queue", "replace"] as const).entries()) {
    await desk.turn([fireAt(FIRE_AT + i * MINUTE, { overlap })]);
  }
  assertEquals(desk.outcomes.map((one) => one.split(" ")[1]), ["skipped", "queued", "started"]);
  assertEquals(desk.actions.map((one) => one.split(" ")[0]), ["enqueue", "replace"]);
});

Deno.test("desk: what is for a worker is queued, replacements and restarts too", async () => {
  const desk = new Desk();
  desk.runs = { latest: { id: "r", status: RunStatus.Running, startedAt: 1, createdAt: 1 }, active: true };
  const at = (minutes: number, more: Partial<Fire>) =>
    fireAt(FIRE_AT + minutes * MINUTE, { distributed: true, ...more });
  await desk.turn([at(0, { overlap: "replace" }), at(1, { kind: "restart" })]);
  assertEquals(desk.outcomes.map((one) => one.split(" ")[1]), ["queued", "queued"]);
  assertEquals(desk.actions.map((one) => one.split(" ")[0]), ["replace", "restart"]);
});

Deno.test("desk: fires of one DAG wait for each other, those of others do not", async () => {
  const desk = new Desk();
  const begun: string[] = [];
  const waiting = Promise.withResolvers<void>();
  desk.before = (_, fire) => {
    begun.push(`${fire.dag} ${fire.tick}`);
    return fire.dag === "slow" ? waiting.promise : Promise.resolve();
  };
  const slow = { dag: "slow", job: "slow" };
  await desk.begin([fireAt(FIRE_AT, slow), fireAt(FIRE_AT)]);
  await desk.begin([fireAt(FIRE_AT + MINUTE, slow), fireAt(FIRE_AT + MINUTE)]);
  assertEquals(begun, [
    "slow 20261123T0200Z",
    "etl 20261123T0200Z",
    "etl 20261123T0201Z",
  ]);
  assertEquals(await desk.fires.settledUntil(), null);
  waiting.resolve();
  await desk.desk.drain();
  assertEquals(begun.at(-1), "slow 20261123T0201Z");
  assertEquals(desk.settled.length, 4);
  assertEquals(await desk.fires.settledUntil(), FIRE_AT);
});

Deno.test("desk: of many fires the first are carried out before the last are looked at", async () => {
  const order: string[] = [];
  class Seen extends MemoryFireStore {
    override claim(fire: Fire, epoch: number): Promise<boolean> {
      order.push("claim");
      return super.claim(fire, epoch);
    }
  }
  const desk = new Desk(new Seen());
  desk.before = () => Promise.resolve(void order.push("start"));
  await desk.turn(Array.from({ length: 100 }, (_, i) => fireAt(FIRE_AT, { dag: `d${i}`, job: `d${i}` })));
  assertEquals(desk.settled.length, 100);
  assert(order.indexOf("start") < 10, `${order.indexOf("start")}`);
});

Deno.test("desk: what another has claimed or settled is left alone", async () => {
  const fires = new MemoryFireStore();
  const first = new Desk(fires);
  const second = new Desk(fires);
  await first.turn([fireAt(FIRE_AT)]);
  await fires.claim(fireAt(FIRE_AT + MINUTE), 2);
  await second.turn([fireAt(FIRE_AT), fireAt(FIRE_AT + MINUTE)], 2);
  assertEquals([first.actions.length, second.actions.length, second.settled.length], [1, 0, 0]);
});

Deno.test("desk: a leader that died between claim and start is followed by one start", async () => {
  const fires = new MemoryFireStore();
  await fires.claim(fireAt(FIRE_AT), 1);
  const next = new Desk(fires);
  await next.turn([fireAt(FIRE_AT)], 2);
  assertEquals(next.outcomes, ["20261123T0200Z started"]);
  assertEquals(next.actions.length, 1);
});

Deno.test("desk: a leader that died between start and record is followed by none", async () => {
  const fires = new MemoryFireStore();
  const fire = fireAt(FIRE_AT);
  await fires.claim(fire, 1);
  const next = new Desk(fires);
  const latest = {
    id: fire.runId,
    status: RunStatus.Running,
    startedAt: FIRE_AT + 5,
    createdAt: FIRE_AT + 5,
  };
  next.runs = { latest, active: true };
  await next.turn([fire], 2);
  assertEquals(next.outcomes, ["20261123T0200Z started"]);
  assertEquals(next.actions, []);
});

Deno.test("desk: the very run that another began meanwhile counts as begun", async () => {
  const desk = new Desk();
  const fire = fireAt(FIRE_AT);
  desk.before = () => {
    const latest = { id: fire.runId, status: RunStatus.Running, startedAt: FIRE_AT, createdAt: FIRE_AT };
    desk.runs = { latest, active: true };
    return Promise.reject(new Error("the run id exists already"));
  };
  await desk.turn([fire]);
  assertEquals(desk.outcomes, ["20261123T0200Z started"]);
});

Deno.test("desk: who does not lead does nothing, and does it when leading again", async () => {
  const desk = new Desk();
  desk.leads = false;
  await desk.turn([fireAt(FIRE_AT)]);
  assertEquals(desk.due.length, 1);
  desk.leads = true;
  desk.before = () => {
    throw new Error("not reached");
  };
  const turn = desk.turn();
  desk.leads = false;
  await turn;
  assertEquals([desk.settled.length, await desk.fires.settledUntil()], [0, null]);
  desk.leads = true;
  desk.before = () => Promise.resolve();
  await desk.turn();
  assertEquals(desk.outcomes, ["20261123T0200Z started"]);
});

Deno.test("desk: a start that fails is a missed fire with the reason", async () => {
  const desk = new Desk();
  desk.before = () => Promise.reject(new Error("no space left on the disk"));
  await desk.turn([fireAt(FIRE_AT)]);
  assertEquals(desk.settled.map(({ outcome, why, runId }) => [outcome, why, runId]), [
    ["missed", "no space left on the disk", ""],
  ]);
});

Deno.test("desk: a history that cannot be read delays the fires of its DAG only", async () => {
  const desk = new Desk();
  const options = desk as { runs: DagRuns };
  Object.defineProperty(options, "runs", {
    configurable: true,
    get: () => {
      throw new Error("input/output error");
    },
  });
  await desk.turn([fireAt(FIRE_AT)]);
  assertEquals([desk.settled.length, desk.errors.length], [0, 1]);
  assertEquals(await desk.fires.settledUntil(), null);
  Object.defineProperty(options, "runs", { value: { latest: null, active: false } });
  await desk.turn();
  assertEquals(desk.outcomes, ["20261123T0200Z started"]);
  assertEquals(await desk.fires.settledUntil(), FIRE_AT);
});

Deno.test("desk: a fire that cannot be dealt with for ten minutes is missed", async () => {
  class Broken extends MemoryFireStore {
    broken = true;
    override claim(fire: Fire, epoch: number): Promise<boolean> {
      return this.broken ? Promise.reject(new Error("read-only file system")) : super.claim(fire, epoch);
    }
  }
  const desk = new Desk(new Broken());
  await desk.turn([fireAt(FIRE_AT)]);
  for (let minute = 1; minute <= 10; minute++) {
    const later = new AbortController();
    desk.clock.sleep(MINUTE, later.signal);
    desk.clock.step();
    await desk.turn();
  }
  assertEquals(desk.outcomes, ["20261123T0200Z missed"]);
  assertMatch(desk.settled[0].why, /read-only/);
  assert(desk.errors.length >= 10);
});

Deno.test("desk: what cannot be recorded now is recorded later", async () => {
  class Full extends MemoryFireStore {
    full = true;
    override settle(records: readonly FireRecord[]): Promise<void> {
      return this.full ? Promise.reject(new Error("no space")) : super.settle(records);
    }
  }
  const fires = new Full();
  const desk = new Desk(fires);
  await desk.turn([fireAt(FIRE_AT)]);
  assertEquals([desk.actions.length, desk.settled.length, desk.errors.length], [1, 0, 1]);
  assertEquals(await fires.settledUntil(), null);
  fires.full = false;
  await desk.turn([]);
  assertEquals(desk.outcomes, ["20261123T0200Z started"]);
  assertEquals(desk.actions.length, 1);
  assertEquals(await fires.settledUntil(), FIRE_AT);
});
