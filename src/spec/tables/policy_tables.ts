/** Fields that rule how steps and runs begin, fail, repeat and end. */
import { BOOL, either, INT, list, NATURAL, object, SCALAR, type Table, TEXT, word } from "../shape.ts";

const BACKOFF = either(BOOL, { kind: "number" });
const TEMPLATE_INT = either(INT, TEXT);

export const RETRY: Table = {
  name: "retryPolicy",
  doc: "a retry policy",
  fields: () => [
    {
      name: "limit",
      shape: TEMPLATE_INT,
      required: true,
      doc: "Further tries after the first; a number or a text with a variable.",
    },
    {
      name: "intervalSec",
      shape: TEMPLATE_INT,
      required: true,
      doc: "Seconds between two tries; a number or a text with a variable.",
    },
    { name: "exitCode", shape: either(list(INT), INT), doc: "Only these exit codes are retried." },
    {
      name: "backoff",
      shape: BACKOFF,
      doc: "Factor above 1 by which each wait grows; true stands for 2.",
    },
    { name: "maxIntervalSec", shape: INT, doc: "Longest wait in seconds." },
  ],
};

export const REPEAT: Table = {
  name: "repeatPolicy",
  doc: "a repeat policy",
  fields: () => [
    {
      name: "repeat",
      shape: either(BOOL, word("while", "until")),
      doc:
        "true or `while` repeats while the condition is met (or the step succeeds), `until` until it is met.",
    },
    { name: "intervalSec", shape: INT, default: 0, doc: "Seconds between two executions." },
    { name: "limit", shape: INT, default: 0, doc: "Executions in total; 0 means no limit." },
    { name: "condition", shape: TEXT, doc: "Command, or text to compare with `expected`." },
    { name: "expected", shape: TEXT, doc: "Text, or `re:` and a regular expression." },
    { name: "exitCode", shape: either(list(INT), INT), doc: "Exit codes that count as met." },
    {
      name: "backoff",
      shape: BACKOFF,
      doc: "Factor above 1 by which each wait grows; true stands for 2.",
    },
    { name: "maxIntervalSec", shape: INT, doc: "Longest wait in seconds." },
  ],
};

export const CONTINUE_ON: Table = {
  name: "continueOn",
  doc: "continueOn",
  fields: () => [
    { name: "failure", aliases: ["failed"], shape: BOOL, default: false, doc: "Go on when the step fails." },
    { name: "skipped", shape: BOOL, default: false, doc: "Go on when the step is skipped." },
    {
      name: "exitCode",
      shape: either(list(either(INT, TEXT)), INT, TEXT),
      doc: "Go on after these exit codes.",
    },
    {
      name: "output",
      shape: either(list(TEXT), TEXT),
      doc: "Go on when a line of stdout has this text, or matches it when it begins with `re:`.",
    },
    { name: "markSuccess", shape: BOOL, default: false, doc: "Count the step as succeeded then." },
  ],
};

const CONDITION: Table = {
  name: "precondition",
  doc: "a precondition",
  fields: () => [
    {
      name: "condition",
      aliases: ["command"],
      shape: TEXT,
      required: true,
      doc: "Command that must succeed, or text to compare with `expected`.",
    },
    { name: "expected", shape: TEXT, doc: "Text, or `re:` and a regular expression." },
    { name: "negate", shape: BOOL, default: false, doc: "Turn met into not met." },
  ],
};

export const CONDITIONS = either(
  TEXT,
  list(either(TEXT, object(CONDITION), list(either(TEXT, object(CONDITION))))),
  object(CONDITION),
);

export const OUTPUT: Table = {
  name: "output",
  doc: "output",
  fields: () => [
    { name: "name", shape: TEXT, required: true, doc: "Variable that receives stdout of the step." },
    { name: "key", shape: TEXT, doc: "Name in outputs.json." },
    { name: "omit", shape: BOOL, default: false, doc: "Keep it out of outputs.json." },
  ],
};

export const PARALLEL: Table = {
  name: "parallel",
  doc: "parallel",
  fields: () => [
    {
      name: "items",
      shape: either(list({ kind: "any" }), TEXT),
      doc: "List of items (texts or maps), or a variable that holds them.",
    },
    {
      name: "maxConcurrent",
      shape: { kind: "int", min: 1 },
      default: 10,
      doc: "Runs at the same time.",
    },
  ],
};

export const EXEC: Table = {
  name: "exec",
  doc: "exec",
  fields: () => [
    { name: "command", shape: SCALAR, required: true, doc: "Program to start, without a shell." },
    { name: "args", shape: list(SCALAR), doc: "Its arguments, passed on as they are." },
  ],
};

export const EXECUTOR: Table = {
  name: "executor",
  doc: "executor",
  fields: () => [
    { name: "type", shape: TEXT, doc: "Kind of the step." },
    { name: "config", aliases: ["with"], shape: { kind: "map", of: { kind: "any" } }, doc: "Its settings." },
  ],
};

/** Seconds that must not be negative. */
export const SECONDS = NATURAL;
