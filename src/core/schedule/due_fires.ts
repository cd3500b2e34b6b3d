/** Which of the times that a schedule was due at may still run, after a scheduler was busy, away or asleep. */
import type { CronSpec } from "./cron.ts";
import { nextFire } from "./next_fire.ts";
import { ON_TIME_MS, type SchedulePolicy } from "./schedule.ts";
import type { TimeZone } from "./time_zone.ts";

/** More times than this are not counted one by one, nor made good. */
const MAX_TIMES = 1000;

export interface DueTime {
  readonly at: number;
  /** So late that it counts as made good. */
  readonly caughtUp: boolean;
}

export interface DueTimes {
  /** Oldest first. */
  readonly run: readonly DueTime[];
  /** null when every time runs. */
  readonly missed: {
    readonly since: number;
    readonly at: number;
    readonly count: number;
    readonly why: string;
  } | null;
}

/**
 * @param first the oldest time that is due; at most `now`
 * @param policy what the schedule says about times that were missed
 * @param isSettled times that are none of our business any more
 */
export function dueTimes(
  cron: CronSpec,
  zone: TimeZone,
  first: number,
  now: number,
  policy: SchedulePolicy,
  isSettled: (at: number) => boolean = () => false,
): DueTimes {
  const window = Math.max(ON_TIME_MS, policy.catchup === "off" ? 0 : policy.catchupWindowMs);
  const next = (at: number) => {
    const found = nextFire(cron, at, zone);
    return found !== null && found <= now ? found : null;
  };
  const recent: number[] = [];
  let missed = 0;
  let since = 0;
  let last = 0;
  const miss = (at: number) => {
    if (missed++ === 0) since = at;
    last = at;
  };
  for (let at: number | null = first; at !== null;) {
    if (!isSettled(at)) {
      if (now - at < window) recent.push(at);
      else miss(at);
    }
    if (recent.length > MAX_TIMES) miss(recent.shift()!);
    // Far behind: the rest of what nobody will run is passed over.
    at = missed >= MAX_TIMES && now - at >= window ? next(Math.max(at, now - window)) : next(at);
  }
  const newest = policy.catchup === "all" ? 0 : Math.max(0, recent.length - 1);
  for (const at of recent.slice(0, newest)) miss(at);
  return {
    run: recent.slice(newest).map((at) => ({ at, caughtUp: now - at >= ON_TIME_MS })),
    missed: missed === 0 ? null : { since, at: last, count: missed, why: missedWhy(policy) },
  };
}

/** Why a time passed without a run. */
export function missedWhy({ catchup, catchupWindowMs }: SchedulePolicy): string {
  const nobody = "no scheduler was at work in time";
  if (catchup === "off") return `${nobody}, and catchup is off`;
  const window = `catchupWindow is ${Math.round(catchupWindowMs / 1000)} s`;
  return catchup === "all"
    ? `${nobody}; ${window}`
    : `${nobody}; only the newest time is made good, ${window}`;
}

const LOOKS_BACK_MS = [2, 2 * 60, 2 * 1440, 62 * 1440, 2 * 366 * 1440, 9 * 366 * 1440].map((one) =>
  one * 60_000
);

/** The last time before `before` at which a schedule fires, Unix milliseconds; 0 when there is none. */
export function previousFire(cron: CronSpec, before: number, zone: TimeZone): number {
  for (const back of LOOKS_BACK_MS) {
    let found = 0;
    let at = nextFire(cron, before - back, zone);
    while (at !== null && at < before) {
      found = at;
      at = nextFire(cron, at, zone);
    }
    if (found > 0) return found;
  }
  return 0;
}
