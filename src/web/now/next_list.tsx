/** What comes next, and what should have come. */
import { to } from "../addresses.ts";
import type { Fire, Upcoming } from "../api/types.ts";
import { Empty } from "../parts/blank.tsx";
import { Icon } from "../parts/icon.tsx";
import { Age, Moment, Until } from "../parts/time.tsx";
import { href } from "../router.ts";

/** What is shown at once. */
const MOST = 10;

/** The next fire of each workflow: one that runs every minute must not hide the others. */
export function firstOfEach(fires: Upcoming["fires"]): Upcoming["fires"] {
  const first = new Map<string, Upcoming["fires"][number]>();
  for (const fire of fires) {
    const key = `${fire.kind} ${fire.fileName}`;
    if (!first.has(key)) first.set(key, fire);
  }
  return [...first.values()].slice(0, MOST);
}

export function NextList({ fires }: { readonly fires: Upcoming["fires"] }) {
  return (
    <section class="panel">
      <header class="panel-head">
        <h2>Next</h2>
      </header>
      {fires.length === 0 ? <Empty title="Nothing is scheduled" /> : (
        <ul class="next">
          {fires.map((fire) => (
            <li key={`${fire.dag} ${fire.at} ${fire.kind}`} class={fire.suspended ? "next-off" : undefined}>
              <Moment at={fire.at} />
              <a
                class="cut grow"
                href={href(to.workflow(fire.fileName))}
                title={`${fire.expression} (${fire.zone})`}
              >
                {fire.dag}
              </a>
              {fire.kind !== "start" && <span class="chip">{fire.kind}</span>}
              {fire.suspended
                ? (
                  <span class="chip">
                    <Icon name="pause" />suspended
                  </span>
                )
                : <Until at={fire.at} />}
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
