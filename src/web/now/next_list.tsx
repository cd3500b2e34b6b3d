/** What comes next, and what should have come. */
import { to } from "../addresses.ts";
import type { DagFile, Fire } from "../api/types.ts";
import { Empty } from "../parts/blank.tsx";
import { Age, Moment, Until } from "../parts/time.tsx";
import { href } from "../router.ts";
import { fullText, instant, timeText } from "../text/moment.ts";
import { scheduleWords } from "../text/schedule_words.ts";
import { nextOf } from "../workflows/workflow_order.ts";

export interface NextFire {
  readonly file: string;
  readonly name: string;
  readonly at: string;
  /** Its schedules, in words. */
  readonly schedule: string;
}

const MOST = 10;

/** The next fire of each workflow, soonest first: one that runs every minute does not hide the others. */
export function nextFires(dags: readonly DagFile[]): NextFire[] {
  return dags.flatMap((entry) => {
    const { fileName: file, dag: { name, schedule = [] } } = entry;
    const at = nextOf(entry);
    return at === ""
      ? []
      : [{ file, name, at, schedule: schedule.map((one) => scheduleWords(one.expression)).join("; ") }];
  }).sort((a, b) => instant(a.at) - instant(b.at)).slice(0, MOST);
}

export function NextList({ fires }: { readonly fires: readonly NextFire[] }) {
  return (
    <section class="panel">
      <header class="panel-head">
        <h2>Next</h2>
      </header>
      {fires.length === 0 ? <Empty title="Nothing is scheduled" /> : (
        <ul class="next">
          {fires.map(({ file, name, at, schedule }) => (
            <li key={file}>
              <time class="moment" dateTime={at} title={fullText(instant(at))}>{timeText(instant(at))}</time>
              <a class="cut grow" href={href(to.workflow(file))} title={schedule}>{name}</a>
              <Until at={at} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

export function LateList({ fires }: { readonly fires: readonly Fire[] }) {
  if (fires.length === 0) return null;
  return (
    <section class="panel panel-wait" id="late">
      <header class="panel-head">
        <h2>Missed in the last 24 hours</h2>
      </header>
      <ul class="next">
        {fires.map((fire) => (
          <li key={`${fire.dag} ${fire.at} ${fire.kind}`} title={fire.why}>
            <Moment at={fire.at} />
            <a class="cut grow" href={href(to.workflow(fire.job))}>{fire.dag}</a>
            {fire.count > 1 && <span class="chip">{fire.count} times</span>}
            <Age at={fire.settledAt} />
          </li>
        ))}
      </ul>
    </section>
  );
}
