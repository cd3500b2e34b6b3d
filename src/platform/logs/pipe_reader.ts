/** Named pipes that output goes to: whoever opens one for writing waits until somebody reads it. */
import { DaguError } from "../../core/errors.ts";
import { statIfExistsSync } from "../files/files.ts";
import { startTimer } from "../time/timer.ts";
import type { OpenFile } from "./log_files.ts";

/** How long a reader may take to come. */
const READER_MS = 5000;

/**
 * Waits until somebody reads a named pipe, without holding up anything else; returns at once for all that is no pipe, "" included.
 * @returns the open pipe, to be closed when it was opened once more: its reader would see the end; null for no pipe
 * @throws DaguError when nobody does within `limitMs`
 */
export async function awaitReader(path: string, limitMs = READER_MS): Promise<OpenFile | null> {
  if (path === "" || !statIfExistsSync(path)?.isFifo) return null;
  let late = false;
  const stop = startTimer(limitMs, () => {
    late = true;
    // Opened for both nobody waits, and as a reader this lets the writer below go on.
    Deno.openSync(path, { read: true, write: true }).close();
  });
  const pipe = await Deno.open(path, { append: true }).finally(stop);
  if (!late) return pipe;
  pipe.close();
  throw new DaguError(
    `Cannot write output to the named pipe "${path}": nobody reads it, waited ${
      limitMs / 1000
    } s for a reader`,
  );
}
