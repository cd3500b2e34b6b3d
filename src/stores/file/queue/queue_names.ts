/**
 * Names and contents of queue items. Text only, nothing is touched here.
 *
 * ```
 * <queueDir>/<queue>/item_{high|low}_<UTC time>_<ms>Z_<run id>.json         waits
 *                    .item_….json.….tmp                                     reserved, seen by nobody
 *                    claimed/item_….json.<epoch>                            taken by the scheduler of that epoch
 *                    quarantine/item_….json.<Unix ms>                       of no use
 *                    notes/item_….json                                      why it could not be started
 * ```
 * Dagu 1.30 writes nine digits (nanoseconds) for the three of `<ms>`; both are read.
 */
import { checkRunId } from "../../../core/names.ts";
import type { QueueItem } from "../../../ports/queue_store.ts";
import { parseStamp, utcStamp } from "../layout.ts";
import { isObject, object, text } from "../json/json_read.ts";

export const CLAIMED_DIR = "claimed";
export const QUARANTINE_DIR = "quarantine";
export const NOTES_DIR = "notes";
/** A larger file is no item. */
export const MAX_ITEM_BYTES = 64 * 1024;

export function itemName(item: Pick<QueueItem, "priority" | "queuedAt" | "run">): string {
  const ms = String(item.queuedAt % 1000).padStart(3, "0");
  return `item_${item.priority}_${utcStamp(item.queuedAt)}_${ms}Z_${item.run.id}.json`;
}

/** What the name of an item tells; null for any other name. `queuedAt` may have a fraction. */
export function parseItemName(name: string): Pick<QueueItem, "priority" | "queuedAt"> | null {
  const match = /^item_(high|low)_(\d{8})_(\d{6})_(\d{3}(?:\d{6})?)Z_.+\.json$/.exec(name);
  if (!match) return null;
  const second = parseStamp(match[2], match[3]);
  if (Number.isNaN(second)) return null;
  const fraction = Number(match[4]) / 10 ** (match[4].length - 3);
  return { priority: match[1] as QueueItem["priority"], queuedAt: second + fraction };
}

/** Name of the item that a reservation is for; null for any other name. */
export function reservedItem(name: string): string | null {
  return /^\.(item_.+\.json)\.\d+-\d+\.tmp$/.exec(name)?.[1] ?? null;
}

export function claimName(id: string, epoch: number): string {
  return `${id}.${epoch}`;
}

export function parseClaimName(name: string): { readonly id: string; readonly epoch: number } | null {
  const match = /^(item_.+\.json)\.(\d{1,15})$/.exec(name);
  return match && { id: match[1], epoch: Number(match[2]) };
}

/** The content that Dagu 1.30 writes. */
export function itemText(item: Omit<QueueItem, "queue">): string {
  return JSON.stringify({
    fileName: item.id,
    dagRun: item.run,
    queuedAt: new Date(item.queuedAt).toISOString(),
  });
}

/** The run that an item is for, or what is wrong with the text. */
export function itemRun(content: string): { readonly run: QueueItem["run"] } | { readonly problem: string } {
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch {
    return { problem: content === "" ? "it is empty" : "it is not valid JSON" };
  }
  const run = isObject(json) ? object(json, "dagRun") : null;
  const name = run ? text(run, "name") : "";
  const id = run ? text(run, "id") : "";
  if (name === "" || id === "") return { problem: "it names no run: expected dagRun with name and id" };
  const wrong = checkRunId(id);
  return wrong === "" ? { run: { name, id } } : { problem: wrong };
}
