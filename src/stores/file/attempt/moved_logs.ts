/** Records name the files of logs absolutely; a home that was moved, or restored elsewhere, has them beside the record. */
import type { Node, RunRecord } from "../../../core/run.ts";
import { basename, dirname } from "../../../platform/files/path.ts";
import { parseAttemptDirName } from "../layout.ts";

/** The record with its logs where they stand now. @param dir folder of the attempt */
export function withOwnLogs(record: RunRecord, dir: string): RunRecord {
  const run = dirname(dir);
  const moved = (path: string) => {
    const was = dirname(dirname(path));
    if (path === "" || was === run || basename(was) !== basename(run)) return false;
    // Dagu keeps logs in folders of the same name elsewhere, and finds them there.
    return parseAttemptDirName(basename(dirname(path))) !== null;
  };
  const all = [...record.nodes, ...Object.values(record.handlers)];
  if (!all.some((node) => moved(node.state.stdout) || moved(node.state.stderr))) return record;
  const place = (path: string) => moved(path) ? `${run}/${basename(dirname(path))}/${basename(path)}` : path;
  const placed = (node: Node): Node => ({
    ...node,
    state: { ...node.state, stdout: place(node.state.stdout), stderr: place(node.state.stderr) },
  });
  const handlers = Object.fromEntries(
    Object.entries(record.handlers).map(([name, node]) => [name, placed(node)]),
  ) as RunRecord["handlers"];
  return { ...record, nodes: record.nodes.map(placed), handlers };
}
