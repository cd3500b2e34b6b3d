/** Instants and durations; the exact instant is in the tip. */
import { useNow } from "../clock.ts";
import { ageText, durationText } from "../text/duration.ts";
import { fullText, instant, momentText } from "../text/moment.ts";

interface TimeProps {
  /** RFC 3339; nothing is shown for "" and "-". */
  readonly at: string | undefined;
}

/** How long ago: `12m`, or in a sentence `12m ago`. */
export function Age({ at, ago = false }: TimeProps & { readonly ago?: boolean }) {
  const then = instant(at);
  const now = useNow("ten seconds");
  if (then === 0) return <span class="quiet">–</span>;
  const recent = Date.now() - then;
  return (
    <time class="age" dateTime={at} title={fullText(then)}>
      {ageText(recent < 10_000 ? recent : now - then)}
      {ago && recent >= 1000 && " ago"}
    </time>
  );
}

/** How long until then: `in 12m`. */
export function Until({ at }: TimeProps) {
  const then = instant(at);
  const now = useNow();
  if (then === 0) return <span class="quiet">–</span>;
  const left = then - now;
  return (
    <time class="age" dateTime={at} title={fullText(then)}>
      {left > 0 ? `in ${ageText(left)}` : `${ageText(-left)} late`}
    </time>
  );
}

/** The time of the day, with the day when it is another one. */
export function Moment({ at }: TimeProps) {
  const then = instant(at);
  const now = useNow("ten seconds");
  if (then === 0) return <span class="quiet">–</span>;
  return <time class="moment" dateTime={at} title={fullText(then)}>{momentText(then, now)}</time>;
}

interface DurationProps {
  /** Milliseconds; where it is not known yet, it counts from `since` on. */
  readonly ms?: number | undefined;
  readonly since?: string | undefined;
}

export function Duration({ ms, since }: DurationProps) {
  if (ms !== undefined) return <span class="number">{durationText(ms)}</span>;
  const then = instant(since);
  return then === 0 ? <span class="quiet">–</span> : <Counting since={then} />;
}

function Counting({ since }: { readonly since: number }) {
  const ms = Math.max(0, useNow() - since);
  return <span class="number">{durationText(ms < 10_000 ? Math.floor(ms / 1000) * 1000 : ms)}</span>;
}
