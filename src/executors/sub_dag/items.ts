/** Items of a parallel step. */
import type { Parallel } from "../../core/dag.ts";
import { DaguError } from "../../core/errors.ts";
import { parseParams, quoteParams } from "../../core/text/params_text.ts";
import type { StepTask } from "../../ports/executor.ts";

/** More items than this are refused: each becomes a run of its own. */
const MAX_ITEMS = 1000;

/** The value of `${ITEM}`, and the parameters of the child when the step gives none. */
export interface Item {
  readonly text: string;
  readonly params: string;
}

/** @throws DaguError when there are none or too many. */
export async function itemsOf(task: StepTask): Promise<Item[]> {
  const parallel = task.step.parallel!;
  const values = parallel.variable === ""
    ? await evaluated(parallel, task)
    : parseItems(await task.evaluate(parallel.variable));
  if (values.length === 0) {
    throw new DaguError(`Cannot run the parallel step "${task.step.name}": it has no items`);
  }
  if (values.length > MAX_ITEMS) {
    throw new DaguError(
      `Cannot run the parallel step "${task.step.name}": ${values.length} items, at most ${MAX_ITEMS} are allowed`,
    );
  }
  return values.map(itemOf);
}

async function evaluated(parallel: Parallel, task: StepTask): Promise<unknown[]> {
  return await Promise.all(parallel.items.map(async (item) => {
    if (typeof item === "string") return await task.evaluate(item);
    const entries = Object.entries(item).map(async ([key, value]) => [key, await task.evaluate(value)]);
    return Object.fromEntries(await Promise.all(entries));
  }));
}

/** A JSON list, or words parted by line ends, tabs, `|`, `;`, `,` or blanks: the first of these that occurs. */
function parseItems(text: string): unknown[] {
  const trimmed = text.trim();
  if (trimmed.startsWith("[")) {
    try {
      const value = JSON.parse(trimmed);
      if (Array.isArray(value)) return value;
    } catch {
      // Not JSON after all: words.
    }
  }
  const separator = ["\n", "\t", "|", ";", ",", " "].find((s) => trimmed.includes(s));
  const parts = separator === undefined ? [trimmed] : trimmed.split(separator);
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}

function itemOf(value: unknown): Item {
  if (value === null || typeof value !== "object") {
    const text = String(value);
    return { text, params: paramsOf(text) };
  }
  const text = JSON.stringify(value, sortedKeys);
  return { text, params: text };
}

/** The text of one parameter. The ids of sub-runs are computed from it: what needs no quotes gets none. */
function paramsOf(text: string): string {
  const quoted = quoteParams([{ name: "1", value: text }]);
  const parsed = parseParams(text);
  const plain = parsed.length === 1 &&
    (parsed[0]!.value === text || `${parsed[0]!.name}=${parsed[0]!.value}` === text);
  return plain ? text : quoted;
}

/** Objects have their keys in order of name, as Dagu writes them: ids are computed from that text too. */
function sortedKeys(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1));
}
