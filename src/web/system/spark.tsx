/** A figure over time, as a small line with what it is now. */

export interface Point {
  /** Unix seconds. */
  readonly timestamp: number;
  readonly value: number;
}

export interface SparkProps {
  readonly name: string;
  readonly points: readonly Point[];
  /** What the full height stands for; the highest value where there is no such thing. */
  readonly full?: number;
  readonly show: (value: number) => string;
}

const WIDTH = 300, HEIGHT = 48;

export function Spark({ name, points, full, show }: SparkProps) {
  const now = points.at(-1)?.value;
  const most = full ?? Math.max(1, ...points.map(({ value }) => value));
  const x = (i: number) => points.length < 2 ? WIDTH : i / (points.length - 1) * WIDTH;
  const y = (value: number) => HEIGHT - 2 - Math.min(1, value / most) * (HEIGHT - 4);
  const line = points.map(({ value }, i) => `${i === 0 ? "M" : "L"}${x(i).toFixed(1)} ${y(value).toFixed(1)}`)
    .join("");
  const peak = Math.max(0, ...points.map(({ value }) => value));
  return (
    <figure class="spark">
      <figcaption>
        <span>{name}</span>
        <b>{now === undefined ? "–" : show(now)}</b>
        <span class="quiet">peak {show(peak)}</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${name} in the last hour, at most ${show(peak)}`}
      >
        {points.length > 1 && <path class="spark-area" d={`${line}L${WIDTH} ${HEIGHT}L0 ${HEIGHT}Z`} />}
        {points.length > 1 && <path class="spark-line" d={line} />}
      </svg>
    </figure>
  );
}
