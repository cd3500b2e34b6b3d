/** The fields of `tests`: runs that are played, and what is expected of them. */
import {
  ANY,
  BOOL,
  either,
  INT,
  list,
  map,
  object,
  SCALAR,
  type Shape,
  type Table,
  TEXT,
  word,
} from "../shape.ts";

const SECONDS: Shape = { kind: "number", min: 0 };
const COUNT: Shape = { kind: "int", min: 0 };

const RUN_STATUS = word(
  "succeeded",
  "failed",
  "aborted",
  "partially_succeeded",
  "waiting",
  "rejected",
  "not_started",
);
const STEP_STATUS = word(
  "succeeded",
  "failed",
  "aborted",
  "skipped",
  "partially_succeeded",
  "waiting",
  "rejected",
  "not_started",
);

const FAKE: Table = {
  name: "fake",
  doc: "what a step or command does in a test",
  fields: () => [
    { name: "stdout", shape: SCALAR, doc: "What it prints." },
    { name: "stderr", shape: SCALAR, doc: "What it prints there." },
    { name: "exitCode", shape: INT, default: 0, doc: "How it ends." },
    { name: "takesSec", shape: SECONDS, default: 1, doc: "How long a step takes by the clock of the test." },
    { name: "hangs", shape: BOOL, default: false, doc: "It never ends by itself." },
    {
      name: "waits",
      shape: BOOL,
      default: false,
      doc: "It waits for an approval; so do hitl steps without a fake.",
    },
    { name: "outputs", shape: map(SCALAR), doc: "Outputs by name, besides what `output` takes from stdout." },
  ],
};

const STEP_EXPECT: Table = {
  name: "stepExpectation",
  doc: "what is expected of a step",
  fields: () => [
    { name: "status", shape: STEP_STATUS, doc: "Its state at the end." },
    { name: "runs", shape: COUNT, doc: "How often it was executed, with retries and repetitions." },
    { name: "exitCode", shape: INT, doc: "How its last execution ended." },
    {
      name: "command",
      shape: TEXT,
      doc: "Its last command with references replaced: one line of it, or `re:` and a regular expression.",
    },
    { name: "env", shape: map(SCALAR), doc: "Values of variables in its last execution." },
    { name: "error", shape: TEXT, doc: "Part of its error." },
  ],
};

const EXPECT: Table = {
  name: "expectation",
  doc: "what is expected of a run",
  fields: () => [
    { name: "status", shape: RUN_STATUS, default: "succeeded", doc: "Its state at the end." },
    {
      name: "path",
      shape: list(TEXT),
      doc: "Exactly the steps and handlers that are executed, in the order of their begin.",
    },
    {
      name: "order",
      shape: list(either(TEXT, list(TEXT))),
      doc: "Steps of which each ends before the next one begins; or several such lists.",
    },
    {
      name: "steps",
      shape: map(either(STEP_STATUS, object(STEP_EXPECT))),
      doc: "States of steps and handlers by name, or more about them.",
    },
    {
      name: "outputs",
      shape: map(SCALAR),
      doc: "Values of outputs: one line of each, or `re:` and a regular expression.",
    },
    { name: "takesSec", shape: SECONDS, doc: "How long the run takes by the clock of the test." },
    { name: "error", shape: TEXT, doc: "Part of the error of the run." },
  ],
};

export const TEST: Table = {
  name: "test",
  doc: "a test",
  fields: () => [
    { name: "name", shape: TEXT, required: true, doc: "What it shows." },
    {
      name: "params",
      shape: either(TEXT, list(either(map(ANY), SCALAR)), map(ANY)),
      doc: "Parameters of the run.",
    },
    { name: "env", shape: map(SCALAR), doc: "Variables of the host; there are no others." },
    { name: "secrets", shape: map(SCALAR), doc: "Values of secrets; others are made up." },
    { name: "at", shape: TEXT, default: "2026-01-01T00:00:00Z", doc: "When the run begins." },
    { name: "stopAfterSec", shape: SECONDS, doc: "When somebody stops the run, after its begin." },
    {
      name: "steps",
      shape: map(either(SCALAR, object(FAKE), list(either(SCALAR, object(FAKE))))),
      doc: "What steps and handlers do, by name: what they print, or more; a list is one for each execution.",
    },
    {
      name: "commands",
      shape: map(either(SCALAR, object(FAKE))),
      doc: "What commands of conditions and between backticks do, by their text.",
    },
    { name: "expect", shape: object(EXPECT), doc: "What is expected; without it that the run succeeds." },
  ],
};
