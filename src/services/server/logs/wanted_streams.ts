import type { NodeState } from "../../../core/run.ts";
import type { Stream } from "./timed_log.ts";

/** Streams that are asked for. Where they share one file there is but one. */
export function wantedStreams(
  { stdout, stderr }: NodeState,
  { stream = "stdout", merge = false }: { readonly stream?: Stream; readonly merge?: boolean },
): readonly Stream[] {
  return merge && stdout !== stderr ? ["stdout", "stderr"] : [merge ? "stdout" : stream];
}
