/** What else can be done with a log, and how all logs are shown. */
import { type Signal, signal } from "@preact/signals";
import { copyText } from "../parts/copy.ts";
import { Icon } from "../parts/icon.tsx";
import { Menu } from "../parts/menu.tsx";
import { type LogPlace, rawAddress } from "./api_source.ts";
import type { RowsControl } from "./log_rows.tsx";
import { plainText } from "./sgr.ts";
import type { ShownLog } from "./use_log.ts";

export const wraps: Signal<boolean> = signal(false);
export const showsTimes: Signal<boolean> = signal(false);
/** Most lines that are copied at once. */
const MAX_COPIED = 10_000;

interface LogMenuProps {
  readonly log: ShownLog;
  readonly place: LogPlace;
  readonly control: { readonly current: RowsControl | null };
  /** Other lines are folded. */
  readonly onChange: () => void;
}

export function LogMenu({ log: { folds, source }, place, control, onChange }: LogMenuProps) {
  const foldAll = (folded: boolean) => {
    folds.foldAll(folded);
    onChange();
  };
  return (
    <Menu
      label="More for this log"
      button={<Icon name="more" />}
      items={[
        {
          text: wraps.value ? "Do not wrap" : "Wrap long lines",
          key: "w",
          run: () => wraps.value = !wraps.value,
        },
        {
          text: showsTimes.value ? "Hide times" : "Time of each line",
          key: "t",
          run: () => showsTimes.value = !showsTimes.value,
        },
        { text: "Go to the begin", key: "g g", run: () => control.current?.toBegin() },
        { text: "Go to the end", key: "G", run: () => control.current?.toEnd() },
        folds.all.length > 0 ? { text: "Fold all groups", run: () => foldAll(true) } : null,
        folds.all.length > 0 ? { text: "Unfold all groups", run: () => foldAll(false) } : null,
        { text: "Copy", run: () => void copy(source) },
        { text: "Open as text", run: () => void open(rawAddress(place, false), "_blank", "noopener") },
      ]}
    />
  );
}

async function copy(source: ShownLog["source"]): Promise<void> {
  const { lines } = await source.tail(MAX_COPIED);
  await copyText(
    lines.map(plainText).join("\n"),
    lines.length < MAX_COPIED ? "The log" : "The end of the log",
  );
}
