/** Real schedulers over one home, and what the book of fires says of them. */
import type { FireRecord } from "../../src/core/schedule/schedule.ts";
import { FileFireStore } from "../../src/stores/file/fires/fire_store.ts";
import { FileLeaseStore } from "../../src/stores/file/services/lease_store.ts";
import { assertEquals } from "../assert.ts";
import { type Home, until } from "./home.ts";
import { type ServiceProcess, startService } from "./services.ts";

/** Others take over after this much silence: short, so that tests are. */
const STALE = "5s";

export type SchedulerProcess = ServiceProcess;

export function startScheduler(home: Home, more: Record<string, string> = {}): SchedulerProcess {
  return startService(home, ["scheduler"], {
    DAGU_SCHEDULER_PORT: "0",
    DAGU_SCHEDULER_LOCK_STALE_THRESHOLD: STALE,
    ...more,
  });
}

/** Process number of the scheduler that leads; 0 when none does. */
export async function leaderPid(home: Home): Promise<number> {
  const sign = await new FileLeaseStore(`${home.path}/scheduler/locks`).newest();
  return sign?.owner && !sign.released && sign.beat !== "" ? sign.owner.pid : 0;
}

export async function leads(home: Home, scheduler: SchedulerProcess, limitMs?: number): Promise<void> {
  await until(
    async () => await leaderPid(home) === scheduler.pid,
    "leadership",
    () => scheduler.said,
    limitMs,
  );
}

export async function fires(home: Home, dag: string): Promise<FireRecord[]> {
  const store = new FileFireStore(`${home.path}/data`);
  try {
    return (await store.list({ dag, limit: 100_000 })).sort((a, b) => a.at - b.at);
  } finally {
    await store.close();
  }
}

/** A definition that fires each second and leaves the id of its run. */
export function eachSecond(more = ""): string {
  return `schedule:\n  start: "* * * * * *"\n  catchup: all\n${more}steps:\n  - command: echo $DAG_RUN_ID >> WORK/marks\n`;
}

/** Each second from the first fire to the last ended as one thing, and each started run ran once. */
export async function assertAccounted(home: Home, dag: string, marks = "marks"): Promise<FireRecord[]> {
  const book = await fires(home, dag);
  const expected = Array.from(
    { length: (book.at(-1)!.at - book[0]!.at) / 1000 + 1 },
    (_, i) => book[0]!.at + i * 1000,
  );
  assertEquals(book.flatMap((record) => seconds(record)), expected);
  const started = book.filter(({ runId }) => runId !== "");
  await until(
    () => home.marks(marks).length >= started.length,
    "all marks",
    () => `${home.marks(marks).length}`,
  );
  assertEquals(home.marks(marks).toSorted(), started.map(({ runId }) => runId).toSorted());
  return book;
}

/** The fires that a record stands for. */
function seconds({ since, at }: FireRecord): number[] {
  return Array.from({ length: (at - since) / 1000 + 1 }, (_, i) => since + i * 1000);
}
