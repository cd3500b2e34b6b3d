/** Five figures that say how things are, each a way to what it counts. */
import type { Tone } from "../parts/tone.ts";
import { StateMark } from "../parts/state_mark.tsx";
import { href } from "../router.ts";

export interface Counter {
  readonly tone: Tone;
  readonly word: string;
  readonly count: number | undefined;
  readonly address: string;
}

export function Counters({ counters }: { readonly counters: readonly Counter[] }) {
  return (
    <nav class="counters" aria-label="How things are">
      {counters.map(({ tone, word, count, address }) => (
        <a
          key={word}
          class={`counter tone-${tone}`}
          data-zero={count === 0 || undefined}
          href={href(address)}
          data-plain={address.startsWith("#") ? "" : undefined}
        >
          <span class="counter-figure">
            <StateMark tone={tone} label="" />
            <b>{count ?? "–"}</b>
          </span>
          <span>{word}</span>
        </a>
      ))}
    </nav>
  );
}
