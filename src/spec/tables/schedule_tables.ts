/** The fields of `schedule`. */
import { CATCHUPS, DEFAULT_POLICY, OVERLAPS } from "../../core/schedule/schedule.ts";
import { either, type Field, list, object, type Shape, type Table, TEXT, word } from "../shape.ts";

const POLICY: readonly Field[] = [
  { name: "timezone", shape: TEXT, doc: "Zone of the expressions; default: that of the configuration." },
  {
    name: "catchup",
    shape: word(...CATCHUPS),
    default: DEFAULT_POLICY.catchup,
    doc: "Which of the times that were missed are made good.",
  },
  {
    name: "catchupWindow",
    shape: TEXT,
    default: "10m",
    doc: "How long after its time a run may still be made good: `30m`, `6h`, `2d`.",
  },
  {
    name: "overlap",
    shape: word(...OVERLAPS),
    default: DEFAULT_POLICY.overlap,
    doc: "What a start does while a run is active.",
  },
];

const ENTRY: Table = {
  name: "scheduleEntry",
  doc: "an entry of schedule",
  fields: () => [
    {
      name: "cron",
      aliases: ["expression"],
      shape: TEXT,
      required: true,
      doc: "Cron expression of five or six fields, or a macro such as `@daily`.",
    },
    ...POLICY,
  ],
};

const ENTRIES = either(TEXT, list(either(TEXT, object(ENTRY))), object(ENTRY));

const SCHEDULES: Table = {
  name: "schedules",
  doc: "schedule",
  fields: () => [
    { name: "start", aliases: ["cron", "expression"], shape: ENTRIES, doc: "When runs start." },
    { name: "stop", shape: ENTRIES, doc: "When a run is stopped." },
    { name: "restart", shape: ENTRIES, doc: "When a run is stopped and started again." },
    ...POLICY,
  ],
};

export const SCHEDULE_SHAPE: Shape = either(TEXT, list(either(TEXT, object(ENTRY))), object(SCHEDULES));
