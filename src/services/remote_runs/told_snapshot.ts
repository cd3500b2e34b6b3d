/** A definition as a worker tells it, which only that worker has resolved. */
import { DEFAULT_LOG_SIZE } from "../../core/log_limit.ts";
import { messageOf } from "../../core/errors.ts";
import { isInside, normalize } from "../../platform/files/path.ts";
import type { Snapshot } from "../../ports/run_store.ts";
import { snapshotFromJson } from "../../stores/file/json/dag_json.ts";
import { refusal } from "./checked_part.ts";
import { relocated } from "./relocate.ts";
import type { AttemptPart } from "./run_part.ts";

/**
 * To be shown, never to be run. Where files are, how much may be in them, and whether the run goes on after a crash is
 * not the worker's to say.
 * @param to folder of the definition here; "" when there is none
 * @throws CallError when it is none
 */
export function toldSnapshot({ snapshot, folder }: AttemptPart, to: string): Snapshot {
  try {
    const given = relocated(snapshotFromJson(String(snapshot)), String(folder), to);
    const { location, maxLogSize } = given.dag;
    return {
      ...given,
      told: true,
      dag: {
        ...given.dag,
        logDir: "",
        location: insideOnly(to, location),
        maxLogSize: Math.min(maxLogSize, DEFAULT_LOG_SIZE),
        onCrash: "fail",
      },
    };
  } catch (error) {
    throw refusal(`no definition (${messageOf(error)})`);
  }
}

/** The path of a file that stands in the folder; "" for any other. */
function insideOnly(folder: string, path: string): string {
  const inside = folder !== "" && path !== folder && normalize(path) === path && isInside(folder, path);
  return inside ? path : "";
}
