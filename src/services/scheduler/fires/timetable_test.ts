import { assert, assertEquals, assertMatch } from "../../../../tests/assert.ts";
import { DagDir } from "../../../../tests/support/dag_dir.ts";
import { until } from "../../../../tests/support/home.ts";
import type { Fire } from "../../../core/schedule/schedule.ts";
import { MemoryFireStore } from "../../../stores/memory/fire_store.ts";
import { Timetable, type TimetableOptions } from "./timetable.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOON = Date.UTC(2026, 10, 23, 12);

/** Several timetables one after the other, as of schedulers that follow each other. */
class Bench {
  readonly dir = new DagDir();
  readonly fires = new MemoryFireStore();
  readonly suspended = new Set<string>();
  readonly problems: string[] = [];
  wakes = 0;
  #open: Timetable | null = null;

  async timetable(now: number, options: Partial<TimetableOptions> = {}): Promise<Timetable> {
    this.#open?.close();
    const timetable = this.#open = new Timetable({
      dagsDir: this.dir.path,
      baseConfig: "",
      reader: () => this.dir.load,
      onProblem: (path) => this.problems.push(path),
      fires: this.fires,
      zone: "UTC",
      isSuspended: (job) => this.suspended.has(job),
      boot: null,
      changed: () => this.wakes++,
      quietMs: 5,
      ...options,
    });
    await timetable.open(now);
    return timetable;
  }

  end(): void {
    this.#open?.close();
    this.dir.remove("");
  }
}

function bench(what: string, body: (bench: Bench) => Promise<void>): void {
  Deno.test(`timetable: ${what}`, async () => {
    const own = new Bench();
    try {
      await body(own);
    } finally {
      own.end();
    }
  });
}

function shown(fires: readonly Fire[]): string[] {
  return fires.map((fire) => {
    const marks = [
      fire.missed && `missed ${fire.count}`,
      fire.caughtUp && "late",
      fire.suspended && "suspended",
    ];
    return [fire.job, fire.kind, fire.tick, ...marks.filter((mark) => mark)].join(" ");
  });
}

bench("what is due, in order, each once", async (own) => {
  const { dir } = own;
  dir.write("a.yaml", '{start: "*/30 * * * *", stop: "45 12 * * *"}');
  dir.write("team/b.yaml", '{cron: "30 13 * * *", timezone: Europe/Berlin}');
  dir.write("none.yaml", "");
  const timetable = await own.timetable(NOON - 1);
  assertEquals([timetable.size, timetable.nextAt()], [3, NOON]);
  assertEquals(await timetable.due(NOON - 1), []);
  assertEquals(shown(await timetable.due(NOON)), ["a start 20261123T1200Z"]);
  assertEquals(await timetable.due(NOON), []);
  assertEquals(timetable.nextAt(), NOON + 30 * MINUTE);
  const fires = (await timetable.due(NOON + 30 * MINUTE + 20)).sort((a, b) => a.job < b.job ? -1 : 1);
  assertEquals(shown(fires), ["a start 20261123T1230Z", "team/b start 20261123T1230Z"]);
  assertEquals(fires[1].entry, "CRON_TZ=Europe/Berlin 30 13 * * *");
  assertEquals([fires[1].zone, fires[1].dag, fires[1].file], [
    "Europe/Berlin",
    "b",
    `${dir.path}/team/b.yaml`,
  ]);
  assertEquals(shown(await timetable.due(NOON + 45 * MINUTE)), ["a stop 20261123T1245Z"]);
});

bench("run ids are those of the keys, wherever the fire is found", async (own) => {
  own.dir.write("a.yaml", '"0 12 * * *"', "skipIfSuccessful: true\n");
  const [fire] = await (await own.timetable(NOON - 1)).due(NOON);
  await own.fires.setSettledUntil(NOON - 1);
  const [again] = await (await own.timetable(NOON + 5000)).due(NOON + 5000);
  assertEquals({ ...again }, { ...fire });
  const [, next] = await (await own.timetable(NOON + 23 * HOUR)).due(NOON + 24 * HOUR);
  assertEquals([next.previousAt, next.previousRunId], [fire.at, fire.runId]);
  assert(next.runId !== fire.runId);
});

bench("a new leader takes up where all was settled", async (own) => {
  own.dir.write("a.yaml", '"* * * * *"');
  await own.timetable(NOON - HOUR);
  await own.fires.setSettledUntil(NOON - 30);
  const soon = await own.timetable(NOON + 15_000);
  assertEquals(soon.nextAt(), NOON);
  assertEquals(shown(await soon.due(NOON + 15_000)), ["a start 20261123T1200Z"]);
  const later = await own.timetable(NOON + 5 * MINUTE + 5000);
  assertEquals(shown(await later.due(NOON + 5 * MINUTE + 5000)), [
    "a start 20261123T1204Z missed 5",
    "a start 20261123T1205Z",
  ]);
});

bench("a schedule that came while no scheduler ran has missed nothing", async (own) => {
  own.dir.write("old.yaml", '"0 12 * * *"');
  await own.timetable(NOON - HOUR);
  await own.fires.setSettledUntil(NOON - HOUR);
  own.dir.write("new.yaml", '"0 12 * * *"');
  own.dir.write("old.yaml", '["0 12 * * *", "1 12 * * *"]');
  const timetable = await own.timetable(NOON + 2 * MINUTE);
  assertEquals(shown(await timetable.due(NOON + 2 * MINUTE)), ["old start 20261123T1200Z late"]);
});

bench("the very first scheduler has missed nothing", async (own) => {
  own.dir.write("a.yaml", '"* * * * *"');
  const timetable = await own.timetable(NOON + 30_000);
  assertEquals(await timetable.due(NOON + 30_000), []);
  assertEquals(timetable.nextAt(), NOON + MINUTE);
});

bench("a clock that was set back while no scheduler ran stops nothing", async (own) => {
  own.dir.write("a.yaml", '"* * * * *"');
  await own.timetable(NOON);
  await own.fires.setSettledUntil(NOON + HOUR);
  const timetable = await own.timetable(NOON);
  assertEquals(shown(await timetable.due(NOON + MINUTE)), ["a start 20261123T1201Z"]);
  assertEquals(await own.fires.settledUntil(), NOON);
});

bench("what a leader settled or claimed before it died is no part of what was missed", async (own) => {
  own.dir.write("a.yaml", '"* * * * *"');
  const first = await own.timetable(NOON - 1);
  await own.fires.setSettledUntil(NOON - 1);
  const [fire] = await first.due(NOON);
  await own.fires.claim(fire, 1);
  await own.fires.settle([{ ...fire, outcome: "started", why: "", settledAt: NOON }]);
  const [open] = await first.due(NOON + MINUTE);
  await own.fires.claim(open, 1);
  const next = await own.timetable(NOON + HOUR);
  const fires = await next.due(NOON + HOUR);
  assertEquals(shown(fires), [
    "a start 20261123T1201Z missed 1 late",
    "a start 20261123T1259Z missed 58",
    "a start 20261123T1300Z",
  ]);
  assertEquals(fires[0].runId, open.runId);
  assertEquals(await next.due(NOON + HOUR), []);
});

bench("policies of what was missed", async (own) => {
  own.dir.write("all.yaml", '{cron: "*/10 * * * *", catchup: all, catchupWindow: 1h}');
  own.dir.write("off.yaml", '{cron: "*/10 * * * *", catchup: off}');
  own.dir.write("latest.yaml", '{cron: "*/10 * * * *", catchupWindow: 1h}');
  await own.timetable(NOON - 2 * HOUR);
  await own.fires.setSettledUntil(NOON - 30 * MINUTE);
  const timetable = await own.timetable(NOON + 2 * MINUTE);
  const fires = await timetable.due(NOON + 2 * MINUTE);
  const of = (job: string) => shown(fires.filter((fire) => fire.job === job)).map((one) => one.split("T")[1]);
  assertEquals(of("all"), ["1140Z late", "1150Z late", "1200Z late"]);
  assertEquals(of("off"), ["1200Z missed 3"]);
  assertEquals(of("latest"), ["1150Z missed 2", "1200Z late"]);
});

bench("an edit keeps what is due and what is not, and wakes who waits", async (own) => {
  own.dir.write("a.yaml", '["0 12 * * *", "5 12 * * *"]');
  const timetable = await own.timetable(NOON - MINUTE);
  const wakes = own.wakes;
  own.dir.write("a.yaml", '["0 12 * * *", "1 12 * * *"]', "queue: q\n");
  await until(() => own.wakes > wakes, "edit");
  assertEquals(shown(await timetable.due(NOON + MINUTE)), [
    "a start 20261123T1200Z late",
    "a start 20261123T1201Z",
  ]);
  own.dir.remove("a.yaml");
  await until(() => timetable.size === 0, "removal");
  assertEquals(timetable.nextAt(), null);
  assertEquals(await timetable.due(NOON + HOUR), []);
});

bench("a schedule is due from when it was written, not from the last look", async (own) => {
  own.dir.write("a.yaml", '"0 0 29 2 *"');
  own.dir.write("b.yaml", '"0 0 29 2 *"');
  const timetable = await own.timetable(NOON - 10_000);
  const wakes = own.wakes;
  own.dir.write("a.yaml", '"* * * * *"', "", NOON + 3000);
  own.dir.write("b.yaml", '"* * * * *"', "", NOON - 2000);
  await until(() => own.wakes > wakes, "edits");
  assertEquals(shown(await timetable.due(NOON + 4000)), ["b start 20261123T1200Z"]);
  assertEquals(shown(await timetable.due(NOON + MINUTE)), [
    "a start 20261123T1201Z",
    "b start 20261123T1201Z",
  ]);
});

bench("a broken edit is told with each fire", async (own) => {
  own.dir.write("a.yaml", '"* * * * *"');
  const timetable = await own.timetable(NOON - MINUTE + 1);
  own.dir.put("a.yaml", 'schedule: "* * * * *"\nsteps: 7\n');
  await until(() => own.problems.length === 1, "problem");
  const [fire] = await timetable.due(NOON);
  assertMatch(fire.broken, /a\.yaml:2/);
});

bench("suspension is looked at when something is due", async (own) => {
  own.dir.write("team/a.yaml", '"* * * * *"');
  const timetable = await own.timetable(NOON - 1);
  own.suspended.add("team/a");
  assertEquals(shown(await timetable.due(NOON)), ["team/a start 20261123T1200Z suspended"]);
  own.suspended.clear();
  assertEquals(shown(await timetable.due(NOON + MINUTE)), ["team/a start 20261123T1201Z"]);
});

bench("a flag that cannot be looked at and a disk that is full hold nothing up", async (own) => {
  own.dir.write("a.yaml", '"* * * * *"');
  let full = true;
  class Full extends MemoryFireStore {
    override setKnown(known: readonly string[]): Promise<void> {
      return full ? Promise.reject(new Error("no space")) : super.setKnown(known);
    }
  }
  const fires = new Full();
  const isSuspended = () => {
    throw new Error("permission denied");
  };
  const timetable = await own.timetable(NOON - 1, { fires, isSuspended });
  assertEquals(shown(await timetable.due(NOON)), ["a start 20261123T1200Z"]);
  assertEquals([own.problems.length, await fires.known()], [1, []]);
  full = false;
  await timetable.due(NOON + 1);
  assertEquals(await fires.known(), ["a\nstart\nCRON_TZ=UTC * * * * *"]);
});

bench("after a long gap over many schedules other work gets its turn", async (own) => {
  for (let i = 0; i < 200; i++) own.dir.write(`d${i}.yaml`, '"* * * * *"');
  await own.timetable(NOON - 48 * HOUR);
  await own.fires.setSettledUntil(NOON - 48 * HOUR);
  const timetable = await own.timetable(NOON);
  let turns = 0;
  const other = setInterval(() => turns++, 1);
  const fires = await timetable.due(NOON);
  clearInterval(other);
  assertEquals(fires.length, 400);
  assert(turns >= 3, `${turns}`);
});

bench("the clock leaps ahead: the newest time runs, the others are known as missed", async (own) => {
  own.dir.write("a.yaml", '"* * * * *"');
  own.dir.write("b.yaml", '"30 12 * * *"');
  const timetable = await own.timetable(NOON - 1);
  assertEquals(shown(await timetable.due(NOON + 6 * HOUR)), [
    "b start 20261123T1230Z missed 1",
    "a start 20261123T1759Z missed 360",
    "a start 20261123T1800Z",
  ]);
  assertEquals(timetable.nextAt(), NOON + 6 * HOUR + MINUTE);
});

bench("the clock goes back: what comes again keeps its keys, and nothing stops", async (own) => {
  own.dir.write("a.yaml", '"* * * * *"');
  const timetable = await own.timetable(NOON - 1);
  const first = await timetable.due(NOON);
  assertEquals(await timetable.due(NOON - 30_000), []);
  assertEquals(timetable.nextAt(), NOON + MINUTE);
  await timetable.due(NOON + HOUR);
  assertEquals(await timetable.due(NOON - 1), []);
  assertEquals(timetable.nextAt(), NOON);
  const again = await timetable.due(NOON);
  assertEquals(again[0].runId, first[0].runId);
  assertEquals(shown(await timetable.due(NOON + MINUTE)), ["a start 20261123T1201Z"]);
});

bench("@reboot: once after each boot, when a scheduler starts", async (own) => {
  own.dir.write("a.yaml", '["@reboot", "0 13 * * *"]');
  const boot = { id: "b1", at: NOON - 5000 };
  const first = await own.timetable(NOON, { boot });
  assertEquals(first.nextAt(), 0);
  const [fire] = await first.due(NOON);
  assertEquals(shown([fire]), ["a start boot-b1"]);
  assertEquals([await first.due(NOON), first.nextAt()], [[], NOON + HOUR]);
  await own.fires.setSettledUntil(NOON);
  const restarted = await own.timetable(NOON + MINUTE, { boot });
  assertEquals(await restarted.due(NOON + MINUTE), []);
  own.dir.write("b.yaml", "'@reboot'");
  await until(() => restarted.size === 3, "new file");
  assertEquals(await restarted.due(NOON + MINUTE), []);
  const rebooted = await own.timetable(NOON + 3 * MINUTE, { boot: { id: "b2", at: NOON + 2 * MINUTE } });
  const fires = await rebooted.due(NOON + 3 * MINUTE);
  assertEquals(shown(fires).sort(), ["a start boot-b2", "b start boot-b2"]);
  assert(fires.every((one) => one.runId !== fire.runId));
});

bench("every schedule of five hundred definitions comes once a day", async (own) => {
  for (let i = 0; i < 500; i++) own.dir.write(`d${i}.yaml`, `"${i % 60} ${i % 24} * * *"`);
  const timetable = await own.timetable(NOON - 1);
  assertEquals(timetable.size, 500);
  let fires = 0;
  for (let at = timetable.nextAt()!; at < NOON + 24 * HOUR - 1; at = timetable.nextAt()!) {
    fires += (await timetable.due(at)).length;
  }
  assertEquals(fires, 500);
});
