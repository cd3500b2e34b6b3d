/** Now: what failed, why, what waits, what runs and what comes next. */
import { useEffect, useState } from "preact/hooks";
import { RunStatus } from "../../core/status.ts";
import { to } from "../addresses.ts";
import type { Approvals, DagList, Fire, RunSummary } from "../api/types.ts";
import type { SentEvent } from "../api/event_reader.ts";
import { useLiveRuns } from "../live_runs.ts";
import { BrokenList } from "../now/broken_list.tsx";
import { Counters } from "../now/counters.tsx";
import { DayStrip } from "../now/day_strip.tsx";
import { failingNow, isFailure } from "../now/failing.ts";
import { Health } from "../now/health.tsx";
import { LateList, type NextFire, nextFires, NextList } from "../now/next_list.tsx";
import { NeedsYou } from "../now/needs_you.tsx";
import { RunningList } from "../now/running_list.tsx";
import { readSeen } from "../now/seen.ts";
import { Failure } from "../parts/blank.tsx";
import { PageHead } from "../parts/page_head.tsx";
import { useRowKeys } from "../parts/row_keys.ts";
import { useResource } from "../resource.ts";
import { instant } from "../text/moment.ts";
import { after } from "../timers.ts";
import { useTitle } from "../title.ts";
import { usualMs } from "../workflows/workflow_order.ts";

const HOUR = 3600;
const DAY_MS = 24 * HOUR * 1000;

const runs = (event: SentEvent) => event.type === "run";
const dagsOrRuns = (event: SentEvent) => event.type === "dags" || event.type === "run";
const ofDay = () => true;
const failed = (run: RunSummary) => isFailure(run.status);
const running = (run: RunSummary) => run.status === RunStatus.Running;
const queued = (run: RunSummary) => run.status === RunStatus.Queued;

/** Unix seconds, by whole hours, so that the question stays the same for a while. */
function hoursAgo(hours: number): number {
  return (Math.floor(Date.now() / 1000 / HOUR) - hours) * HOUR;
}

export function Page() {
  useEffect(readSeen, []);
  const [since] = useState(() => ({ day: hoursAgo(24), week: hoursAgo(7 * 24) }));
  const dags = useResource<DagList>("/dags?perPage=1000&recent=20", { on: dagsOrRuns });
  const day = useLiveRuns(`/dag-runs?fromDate=${since.day}&limit=1000`, ofDay);
  const bad = useLiveRuns(`/dag-runs?status=2,8&fromDate=${since.week}&limit=300`, failed);
  const now = useLiveRuns("/dag-runs?status=1&fromDate=0&limit=200", running);
  const line = useLiveRuns("/dag-runs?status=5&fromDate=0&limit=200", queued);
  const approvals = useResource<Approvals>("/approvals", { on: runs });
  const next = nextFires(dags.data?.dags ?? []);
  useEffect(() => readAfterFire(next, dags.reload), [dags.data]);
  const missed = useResource<{ fires: Fire[] }>("/schedule/history?outcome=missed&limit=50", { on: runs });
  useRowKeys();

  const all = dags.data?.dags ?? [];
  const failing = failingNow(all, bad.data?.dagRuns ?? []);
  const waiting = approvals.data?.approvals ?? [];
  const late = (missed.data?.fires ?? []).filter(({ settledAt }) => Date.now() - instant(settledAt) < DAY_MS);
  const names = failing.length + waiting.length;
  useTitle(names > 0 ? `(${names}) Now` : "Now");
  if (dags.error && !dags.data) return <Failure error={dags.error} again={dags.reload} />;
  const file = new Map(all.map((one) => [one.dag.name, one.fileName]));
  const usual = new Map(all.map((one) => [one.dag.name, usualMs(one)]));
  return (
    <>
      <PageHead title="Now">
        <Health />
      </PageHead>
      <Counters
        counters={[
          {
            tone: "bad",
            word: "failing",
            count: dags.data && bad.data && failing.length,
            address: to.runs({ q: "status:failed" }),
          },
          {
            tone: "wait",
            word: "waiting",
            count: approvals.data && waiting.length,
            address: to.runs({ q: "status:waiting" }),
          },
          {
            tone: "live",
            word: "running",
            count: now.data?.dagRuns.length,
            address: to.runs({ q: "status:running" }),
          },
          { tone: "line", word: "queued", count: line.data?.dagRuns.length, address: to.queues() },
          {
            tone: "skip",
            word: "missed",
            count: missed.data && late.length,
            address: to.workflows({ sort: "next" }),
          },
        ]}
      />
      <div class="now">
        <div class="now-main">
          <NeedsYou
            loading={!dags.data || !bad.data || !approvals.data}
            some={all.length > 0}
            approvals={waiting}
            failing={failing}
            onDecided={approvals.reload}
          />
          <RunningList runs={now.data?.dagRuns ?? []} usual={(name) => usual.get(name) ?? 0} />
        </div>
        <div class="now-side">
          <BrokenList dags={all} />
          <LateList fires={late} />
          <NextList fires={next} />
        </div>
      </div>
      <DayStrip runs={day.data?.dagRuns ?? []} fileOf={(name) => file.get(name) ?? name} />
    </>
  );
}

const SETTLES_MS = 2000;
const SHORTEST_MS = 10_000;
/** Timers cannot wait for a month. */
const LONGEST_MS = 6 * HOUR * 1000;

/** What was next is soon over. @returns a function that ends it */
function readAfterFire(next: readonly NextFire[], reload: () => Promise<void>): (() => void) | undefined {
  const first = instant(next[0]?.at);
  if (first === 0) return undefined;
  const wait = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, first - Date.now() + SETTLES_MS));
  return after(wait, () => void reload());
}
