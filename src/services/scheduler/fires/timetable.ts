/**
 * What is due, and when something is due next.
 *
 * ```ts
 * const timetable = new Timetable({ ... });
 * await timetable.open(clock.now());  // as leader: takes up where the book of fires says that all is settled
 * for (;;) {
 *   await desk.turn(epoch);           // fire_desk.ts: takes what is due and sees to it that it ends as something
 *   ... wait until timetable.nextAt(), at most 60 s, or until `changed` is called
 * }
 * timetable.close();
 * ```
 * Time may jump. What was leapt over is missed or made good, as each schedule says; after a leap back the schedules
 * begin anew from there, and the claims of fires keep them from running twice.
 */
import { parseCron } from "../../../core/schedule/cron.ts";
import { dueTimes, missedWhy, previousFire } from "../../../core/schedule/due_fires.ts";
import { entryName, fireRunId, scheduleKey, tickName } from "../../../core/schedule/fire_key.ts";
import { messageOf } from "../../../core/errors.ts";
import { nextFire } from "../../../core/schedule/next_fire.ts";
import {
  type Fire,
  type FireKey,
  ON_TIME_MS,
  type ScheduleEntry,
  type ScheduleKind,
} from "../../../core/schedule/schedule.ts";
import type { CronSpec } from "../../../core/schedule/cron.ts";
import { type TimeZone, timeZone } from "../../../core/schedule/time_zone.ts";
import { pause } from "../../../platform/time/timer.ts";
import type { FireStore } from "../../../ports/fire_store.ts";
import { Catalogue, type CatalogueOptions, type Definition } from "./catalogue.ts";
import { Heap } from "./heap.ts";
import { type Inheritance, readInheritance, settledTimes } from "./inheritance.ts";

export interface TimetableOptions
  extends Pick<CatalogueOptions, "dagsDir" | "baseConfig" | "reader" | "onProblem"> {
  readonly fires: Omit<FireStore, "claim" | "settle" | "sweep" | "close">;
  /** IANA name of the zone of schedules that name none. */
  readonly zone: string;
  /** Whether the schedules of a definition are suspended; `job` is its path below the folder, without extension. */
  readonly isSuspended: (job: string) => boolean;
  /** The last boot of the machine or container, for `@reboot`; null when the system cannot tell. */
  readonly boot: { readonly id: string; readonly at: number } | null;
  /** Called when {@link Timetable.nextAt} may have become earlier. */
  readonly changed: () => void;
  readonly quietMs?: number;
}

/** Schedules that are asked for what is due between two pauses, in which other work gets its turn. */
const TAKEN_AT_ONCE = 50;
/** What is due is looked at more often; a file that is newer was written by another clock. */
const LONGEST_BETWEEN_LOOKS_MS = 60_000;

/** One schedule of one definition. */
interface Row {
  readonly definition: Definition;
  readonly kind: ScheduleKind;
  readonly entry: ScheduleEntry;
  readonly cron: CronSpec;
  readonly zone: TimeZone;
  /** Expression and zone. */
  readonly name: string;
  /** When it is due next, null when never. */
  next: number | null;
  /** Its definition has changed: another row took its place. */
  gone: boolean;
}

export class Timetable {
  readonly #options: TimetableOptions;
  readonly #catalogue: Catalogue;
  /** By path of the definition. */
  readonly #rows = new Map<string, Row[]>();
  readonly #due = new Heap<Row>();
  /** Rows of `@reboot` that wait for their one time. */
  #boots: Row[] = [];
  /** Schedules that the last leader knew, until all definitions have been read. */
  #known: ReadonlySet<string> | null = new Set();
  /** What the last leaders did after the time until which all is settled; null when it has been taken into account. */
  #inherited: Inheritance | null = null;
  #settledUntil: number | null = null;
  #now = 0;
  #knownChanged = false;

  constructor(options: TimetableOptions) {
    this.#options = options;
    this.#catalogue = new Catalogue({
      ...options,
      onChange: (path, definition) => this.#replace(path, definition),
      onRefreshed: () => options.changed(),
    });
  }

  /** Reads definitions, begins to watch them, and takes up where the fires are settled. */
  async open(now: number): Promise<void> {
    const { fires } = this.#options;
    this.#now = now;
    this.#settledUntil = await this.#settledBefore(now);
    this.#known = new Set(await fires.known());
    this.#inherited = this.#settledUntil === null ? null : await readInheritance(fires, this.#settledUntil);
    await this.#catalogue.open();
    this.#known = null;
    await this.#keepKnown();
  }

  /** Where the clock was set back since, what comes now is settled by nobody. */
  async #settledBefore(now: number): Promise<number | null> {
    const { fires } = this.#options;
    const until = await fires.settledUntil();
    if (until === null || until <= now) return until;
    await fires.setSettledUntil(now);
    return now;
  }

  close(): void {
    this.#catalogue.close();
  }

  /** Schedules that are followed. */
  get size(): number {
    return this.#rows.values().reduce((sum, rows) => sum + rows.length, 0);
  }

  /** When the next fire is due, Unix milliseconds, 0 for at once; null when nothing ever is. */
  nextAt(): number | null {
    if (this.#boots.length > 0) return 0;
    while (this.#due.first?.item.gone) this.#due.pop();
    return this.#due.first?.key ?? null;
  }

  /** How many schedules are due until a time, or have just ceased to be; counts no further than `most`. */
  dueUntil(at: number, most: number): number {
    return this.#due.countUpTo(at, most);
  }

  /** Takes the fires that are due until `now`, oldest first. Changes of files until now are taken into account. */
  async due(now: number): Promise<Fire[]> {
    await this.#catalogue.refresh();
    await this.#keepKnown();
    if (now < this.#now - ON_TIME_MS) this.#beginAnew(now);
    this.#now = Math.max(this.#now, now);
    const fires = [
      ...await Promise.all(this.#takeBoots().map((row) => bootFire(row, this.#options.boot!, now))),
      ...await this.#unfinished(now),
    ];
    let taken = 0;
    for (let at = this.nextAt(); at !== null && at <= now; at = this.nextAt()) {
      const row = this.#due.pop()!;
      fires.push(...await this.#firesOf(row, at, now));
      this.#schedule(row, now);
      // After a long gap there is much to count, and a leader has to show that it lives.
      if (++taken % TAKEN_AT_ONCE === 0) await pause(1);
    }
    this.#inherited = null;
    return this.#withSuspensions(fires).sort((a, b) => a.at - b.at);
  }

  #withSuspensions(fires: readonly Fire[]): Fire[] {
    const known = new Map<string, boolean>();
    return fires.map((fire) => {
      const suspended = known.get(fire.job) ?? this.#isSuspended(fire);
      known.set(fire.job, suspended);
      return { ...fire, suspended };
    });
  }

  #isSuspended({ job, file }: Fire): boolean {
    try {
      return this.#options.isSuspended(job);
    } catch (error) {
      this.#options.onProblem(file, `cannot see whether it is suspended: ${messageOf(error)}`);
      return false;
    }
  }

  /** The clock was set back: what comes now came before, and is known by its claims. */
  #beginAnew(now: number): void {
    this.#now = now;
    this.#due.clear();
    for (const rows of this.#rows.values()) {
      for (const row of rows) this.#schedule(row, now);
    }
  }

  /** Puts a row where its first time after `after` is. */
  #schedule(row: Row, after: number): void {
    row.next = nextFire(row.cron, after, row.zone);
    if (row.next !== null) this.#due.push(row.next, row);
  }

  /** Fires that a leader claimed and did not settle: their runs may have begun. */
  #unfinished(now: number): Promise<Fire[]> {
    const fires: Promise<Fire>[] = [];
    for (const row of this.#inherited ? this.#rows.values().toArray().flat() : []) {
      for (const at of this.#inherited!.claimed.get(rowKey(row)) ?? []) {
        const late = now - at;
        const tooLate =
          late >= Math.max(ON_TIME_MS, row.entry.catchup === "off" ? 0 : row.entry.catchupWindowMs);
        const missed = tooLate ? missedWhy(row.entry) : "";
        if (at <= now) fires.push(fireOf(row, at, { caughtUp: late >= ON_TIME_MS, missed }));
      }
    }
    return Promise.all(fires);
  }

  async #firesOf(row: Row, first: number, now: number): Promise<Fire[]> {
    const isSettled = this.#inherited ? settledTimes(this.#inherited, rowKey(row)) : undefined;
    const { run, missed } = dueTimes(row.cron, row.zone, first, now, row.entry, isSettled);
    const fires: Promise<Fire>[] = [];
    if (missed) {
      const { since, at, count, why } = missed;
      fires.push(fireOf(row, at, { since, count, missed: why }));
    }
    // Of many at once each is to run: one waits for the other, whatever a single one would do.
    const overlap = run.length > 1 ? "queue" : row.entry.overlap;
    for (const { at, caughtUp } of run) fires.push(fireOf(row, at, { caughtUp, overlap }));
    return await Promise.all(fires);
  }

  /** Takes a definition in place of the one that the path had. */
  #replace(path: string, definition: Definition | null): void {
    const old = this.#rows.get(path) ?? [];
    for (const row of old) row.gone = true;
    if (this.#boots.length > 0) this.#boots = this.#boots.filter((row) => !row.gone);
    this.#rows.delete(path);
    if (!definition?.dag) {
      this.#knownChanged ||= old.length > 0;
      return;
    }
    const rows: Row[] = [];
    for (const { kind, ...entry } of definition.dag.schedules) {
      const row = this.#rowOf(definition, kind, entry);
      if (rows.some((one) => sameSchedule(one, row))) continue;
      rows.push(row);
      const before = old.find((one) => sameSchedule(one, row));
      if (row.cron.reboot) this.#awaitBoot(row);
      else if (before?.next) this.#due.push(row.next = before.next, row);
      else this.#schedule(row, this.#isKnown(row) ? this.#settledUntil! : this.#beginOf(definition));
    }
    this.#rows.set(path, rows);
    this.#knownChanged ||= rows.length !== old.length ||
      rows.some((row) => !old.some((one) => sameSchedule(one, row)));
  }

  #rowOf(definition: Definition, kind: ScheduleKind, entry: ScheduleEntry): Row {
    const cron = parseCron(entry.expression).cron!;
    const zone = timeZone(cron.timeZone || entry.timeZone || this.#options.zone);
    const name = entryName(entry.expression, zone.name);
    return { definition, kind, entry, cron, zone, name, next: null, gone: false };
  }

  /** A schedule is new from when it was written, which may be a moment after the last look at what is due. */
  #beginOf({ writtenAt }: Definition): number {
    const isOtherClock = writtenAt > this.#now + LONGEST_BETWEEN_LOOKS_MS;
    return isOtherClock ? this.#now : Math.max(this.#now, writtenAt);
  }

  /** A schedule that is new has missed nothing, whatever the time until which all is settled. */
  #isKnown(row: Row): boolean {
    return this.#known !== null && this.#settledUntil !== null && this.#known.has(rowKey(row));
  }

  #awaitBoot(row: Row): void {
    const { boot } = this.#options;
    if (this.#known === null || boot === null) return;
    if (this.#settledUntil === null || boot.at > this.#settledUntil) this.#boots.push(row);
  }

  #takeBoots(): Row[] {
    const rows = this.#boots;
    this.#boots = [];
    return rows;
  }

  /** Tells the next leader which schedules were followed. */
  async #keepKnown(): Promise<void> {
    if (!this.#knownChanged) return;
    try {
      await this.#options.fires.setKnown(this.#rows.values().toArray().flat().map(rowKey));
      this.#knownChanged = false;
    } catch {
      // A full disk: without it the next leader takes these schedules for new ones. The next turn tries again.
    }
  }
}

function rowKey({ definition, kind, name }: Row): string {
  return scheduleKey({ job: definition.fileName, kind, entry: name });
}

function sameSchedule(a: Row, b: Row): boolean {
  return a.kind === b.kind && a.name === b.name;
}

function keyOf(row: Row, tick: string): FireKey {
  return { job: row.definition.fileName, kind: row.kind, entry: row.name, tick };
}

async function fireOf(
  row: Row,
  at: number,
  more: Partial<Pick<Fire, "since" | "count" | "missed" | "caughtUp" | "overlap">>,
): Promise<Fire> {
  const key = keyOf(row, tickName(at));
  const dag = row.definition.dag!;
  const previousAt = dag.skipIfSuccessful && row.kind === "start" ? previousFire(row.cron, at, row.zone) : 0;
  const previousRunId = previousAt > 0 ? await fireRunId(keyOf(row, tickName(previousAt)), previousAt) : "";
  return { ...plainFire(row, key, at), previousAt, previousRunId, runId: await fireRunId(key, at), ...more };
}

async function bootFire(row: Row, boot: { readonly id: string }, now: number): Promise<Fire> {
  const key = keyOf(row, `boot-${boot.id}`);
  return { ...plainFire(row, key, now), runId: await fireRunId(key, 0) };
}

function plainFire(row: Row, key: FireKey, at: number): Fire {
  const { name: dag, skipIfSuccessful, queue, maxActiveRuns, distributed } = row.definition.dag!;
  return {
    ...key,
    dag,
    file: row.definition.path,
    zone: row.zone.name,
    at,
    previousAt: 0,
    runId: "",
    previousRunId: "",
    caughtUp: false,
    missed: "",
    since: at,
    count: 1,
    overlap: row.entry.overlap,
    skipIfSuccessful,
    suspended: false,
    broken: row.definition.broken,
    queue,
    maxActiveRuns,
    distributed,
  };
}
