/** A state: colour and shape, and its word beside it or for those who do not see. */
import { nodeTone, nodeWord, runTone, runWord, type Tone } from "./tone.ts";

interface StateProps {
  readonly status: number;
  /** The word stands beside the shape. */
  readonly word?: boolean;
}

interface RunStateProps extends StateProps {
  /** As the server calls it: a record that cannot be read has the status of a failed run. */
  readonly statusLabel?: string;
}

export function RunState({ status, statusLabel, word = false }: RunStateProps) {
  const label = statusLabel === "damaged" ? "Damaged" : runWord(status);
  return <StateMark tone={runTone(status)} label={label} word={word} />;
}

export function NodeState({ status, word = false }: StateProps) {
  return <StateMark tone={nodeTone(status)} label={nodeWord(status)} word={word} />;
}

export interface StateMarkProps {
  readonly tone: Tone;
  readonly label: string;
  readonly word?: boolean;
}

export function StateMark({ tone, label, word = false }: StateMarkProps) {
  return (
    <span class={`state tone-${tone}`} title={word ? undefined : label}>
      <svg class="state-shape" viewBox="0 0 16 16" aria-hidden="true">{shapeOf(tone)}</svg>
      <span class={word ? "state-word" : "unseen"}>{label}</span>
    </span>
  );
}

/** The shape of a state in a square of 16, drawn with `currentColor`: for charts and graphs too. */
export function shapeOf(tone: Tone) {
  switch (tone) {
    case "ok":
      return (
        <>
          <circle cx="8" cy="8" r="7" fill="currentColor" />
          <path class="state-cut" d="M4.6 8.3l2.3 2.3 4.5-4.9" />
        </>
      );
    case "part":
      return (
        <>
          <circle cx="8" cy="8" r="6" class="state-ring" />
          <path d="M8 1a7 7 0 0 1 0 14z" fill="currentColor" />
        </>
      );
    case "bad":
      return (
        <>
          <path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z" fill="currentColor" />
          <path class="state-cut" d="M5.4 5.4l5.2 5.2m0-5.2l-5.2 5.2" />
        </>
      );
    case "live":
      return (
        <>
          <circle cx="8" cy="8" r="6" class="state-ring state-track" />
          <path class="state-ring state-turn" d="M8 2a6 6 0 0 1 6 6" />
          <circle cx="8" cy="8" r="2.4" fill="currentColor" />
        </>
      );
    case "wait":
      return (
        <>
          <path d="M8 .6L15.4 8 8 15.4.6 8z" fill="currentColor" />
          <path class="state-cut" d="M8 4.6v3.9m0 2.4v.1" />
        </>
      );
    case "line":
      return (
        <path
          d="M2.2 3.5h11.6M2.2 8h11.6M2.2 12.5h7"
          class="state-ring"
        />
      );
    case "stop":
      return <rect x="2.2" y="2.2" width="11.6" height="11.6" rx="1.5" fill="currentColor" />;
    case "skip":
      return (
        <>
          <circle cx="8" cy="8" r="6" class="state-ring" />
          <path class="state-ring" d="M3.9 12.1l8.2-8.2" />
        </>
      );
    case "none":
      return <circle cx="8" cy="8" r="6" class="state-ring state-dashed" />;
  }
}
