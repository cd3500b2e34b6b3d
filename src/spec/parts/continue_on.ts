/** `continueOn` of a step. */
import { type ContinueOn, NOTHING_ALLOWED } from "../../core/dag.ts";
import type { Value } from "../decode.ts";
import { exitCodes } from "./exit_codes.ts";
import { toText } from "../yaml/yaml_node.ts";

export function continueOn(value: Value | undefined): ContinueOn {
  if (!value) return NOTHING_ALLOWED;
  const fields = value.object;
  if (!fields) {
    const word = toText(value.node).trim().toLowerCase();
    return { ...NOTHING_ALLOWED, failure: word === "failed", skipped: word === "skipped" };
  }
  return {
    failure: fields.bool("failure"),
    skipped: fields.bool("skipped"),
    exitCodes: exitCodes(fields, "exitCode"),
    outputs: fields.texts("output"),
    markSuccess: fields.bool("markSuccess"),
  };
}
