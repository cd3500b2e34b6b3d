import type { RunRecord } from "../../core/run.ts";
import { readTailSync, statIfExistsSync } from "../../platform/files/files.ts";
import { statusPainter } from "../text/colour.ts";
import type { Console } from "../command.ts";
import { type LogTail, renderTree } from "./tree.ts";

const MAX_TAIL = 64 * 1024;

/**
 * Prints the summary of a run, with the ends of its steps' logs.
 * @param options whether what confined steps held is shown too
 */
export function showTree(console: Console, record: RunRecord, options = { permissions: false }): void {
  console.out(renderTree(record, {
    now: console.now(),
    readTail,
    columns: console.columns(),
    permissions: options.permissions,
    paint: statusPainter(console.colour),
  }));
}

function readTail(path: string): LogTail | null {
  const info = statIfExistsSync(path);
  if (!info?.isFile) return null;
  const bytes = readTailSync(path, MAX_TAIL);
  return { text: new TextDecoder().decode(bytes), skipped: Math.max(0, info.size - bytes.length) };
}
