/** Dagu masks secrets in `outputs.json` and keeps them plain in its records: readers see what is masked. */
import { outputKey } from "../../../core/output_name.ts";
import type { Node, RunRecord } from "../../../core/run.ts";
import { isObject, type JsonObject, object, text } from "../json/json_read.ts";
import { OUTPUTS_FILE } from "../layout.ts";
import { readRegularIfExistsSync } from "../../../platform/files/files.ts";

/** What stands for a secret. */
const MASK = "*******";

/** The record with outputs as the program that wrote it shows them. @param dir folder of the attempt */
export function withMaskedOutputs(record: RunRecord, dir: string): RunRecord {
  const all = [...record.nodes, ...Object.values(record.handlers)];
  // Records with numbered events are not those of Dagu.
  if (record.seq > 0 || all.every((node) => Object.keys(node.state.outputs).length === 0)) return record;
  const published = publishedOutputs(dir);
  const shown = (node: Node): Node => {
    const outputs = Object.entries(node.state.outputs).map(([name, value]) => {
      const key = node.step.output?.name === name && node.step.output.key || outputKey(name);
      const masked = text(published, key);
      return [name, masked.includes(MASK) ? masked : value];
    });
    return { ...node, state: { ...node.state, outputs: Object.fromEntries(outputs) } };
  };
  const handlers = Object.fromEntries(
    Object.entries(record.handlers).map(([name, node]) => [name, shown(node)]),
  ) as RunRecord["handlers"];
  return { ...record, nodes: record.nodes.map(shown), handlers };
}

/** Values by their keys; none when the file cannot be used. */
function publishedOutputs(dir: string): JsonObject {
  try {
    const json: unknown = JSON.parse(readRegularIfExistsSync(`${dir}/${OUTPUTS_FILE}`) ?? "");
    return isObject(json) ? object(json, "outputs") ?? {} : {};
  } catch {
    return {};
  }
}
