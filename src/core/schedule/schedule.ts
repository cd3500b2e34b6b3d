/** When a DAG is started, stopped and restarted by itself, and what is told of each such time. */

export const SCHEDULE_KINDS = ["start", "stop", "restart"] as const;
export type ScheduleKind = (typeof SCHEDULE_KINDS)[number];

/** What happens to times that were missed: none is made good, the newest, or all of them. */
export const CATCHUPS = ["off", "latest", "all"] as const;
/** Which of the times that were missed are made good. */
export type Catchup = (typeof CATCHUPS)[number];

/** What a start does while a run is still active: nothing, it waits in the queue, or it takes the run's place. */
export const OVERLAPS = ["skip", "queue", "replace"] as const;
/** What a start does while a run is active. */
export type Overlap = (typeof OVERLAPS)[number];

/** One schedule of a definition. */
export interface ScheduleEntry {
  /** As written: five or six fields or a macro, perhaps with `CRON_TZ=` in front. */
  readonly expression: string;
  /** IANA name of the field `timezone`; "" leaves it to the expression and the configuration. */
  readonly timeZone: string;
  /** Which missed times are made good. */
  readonly catchup: Catchup;
  /** How long after its time a fire may be made good. */
  readonly catchupWindowMs: number;
  /** What a start does while a run is active. */
  readonly overlap: Overlap;
}

/** What a schedule says besides its expression. */
export type SchedulePolicy = Omit<ScheduleEntry, "expression">;

export const DEFAULT_POLICY: SchedulePolicy = {
  timeZone: "",
  catchup: "latest",
  catchupWindowMs: 10 * 60_000,
  overlap: "skip",
};

/** A schedule that says no more than when. */
export function plainSchedule(expression: string): ScheduleEntry {
  return { expression, ...DEFAULT_POLICY };
}

/** A fire that is dealt with this long after its time, or sooner, is on time. */
export const ON_TIME_MS = 60_000;

/** Names one fire, the same in every process and after every restart. */
export interface FireKey {
  /** File below the folder of DAGs, without extension: `etl`, `team/etl`. */
  readonly job: string;
  readonly kind: ScheduleKind;
  /** The expression with its zone: tells the schedules of one file and kind apart. */
  readonly entry: string;
  /** `20261123T0200Z`, with seconds where they are not 0; `boot-<id>` for `@reboot`. */
  readonly tick: string;
}

/** An expected fire: something was due. */
export interface Fire extends FireKey {
  /** Name under which the runs of the DAG are recorded. */
  readonly dag: string;
  /** Absolute path of the definition. */
  readonly file: string;
  /** IANA name of the zone that the expression was read in. */
  readonly zone: string;
  /** When it was due, Unix milliseconds. */
  readonly at: number;
  /** When this schedule was due before that; 0 when unknown. */
  readonly previousAt: number;
  /** Id of the run that the fire starts: always the same for one key, so that no fire can start two. */
  readonly runId: string;
  /** Id of the run that the fire before would have started; "" when unknown. */
  readonly previousRunId: string;
  /** Its time is so long ago that it counts as made good. */
  readonly caughtUp: boolean;
  /** Why it must not run any more, "" when it may. Then it stands for `count` fires from `since` to `at`. */
  readonly missed: string;
  readonly since: number;
  /** 1 for a fire that may run. */
  readonly count: number;
  readonly overlap: Overlap;
  readonly skipIfSuccessful: boolean;
  readonly suspended: boolean;
  /** What is wrong in the definition since its last edit, "" when nothing is. */
  readonly broken: string;
  /** Queue of the definition; "" for its own. */
  readonly queue: string;
  readonly maxActiveRuns: number;
  /** The definition asks for a worker: such starts go through the queue. */
  readonly distributed: boolean;
}

/** How an expected fire ended. */
export const FIRE_OUTCOMES = ["started", "queued", "skipped", "missed", "caught_up"] as const;
export type FireOutcome = (typeof FIRE_OUTCOMES)[number];

/** One line of the ledger. */
export interface FireRecord extends FireKey {
  readonly dag: string;
  readonly zone: string;
  readonly at: number;
  /** First of the fires that the record stands for; equals `at` for a single one. */
  readonly since: number;
  readonly count: number;
  readonly outcome: FireOutcome;
  /** One sentence; "" when there is nothing to say. */
  readonly why: string;
  /** Run that was started or queued; "" when there is none. */
  readonly runId: string;
  /** When it was decided, Unix milliseconds. */
  readonly settledAt: number;
}
