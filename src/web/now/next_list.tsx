/** What comes next, and what should have come. */
import { to } from "../addresses.ts";
import type { Fire, Upcoming } from "../api/types.ts";
import { Empty } from "../parts/blank.tsx";
import { Icon } from "../parts/icon.tsx";
import { Age, Moment, Until } from "../parts/time.tsx";
import { href } from "../router.ts";

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
