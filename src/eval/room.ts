/** How much text may come of evaluating: a few short lines that double each other come to more than any memory holds. */
import { DaguError } from "../core/errors.ts";

/** Characters. */
export const MAX_EVALUATED = 64 * 1024 * 1024;

/** @param text what is evaluated, for the message @throws DaguError */
export function checkRoom(length: number, text: string): void {
  if (length <= MAX_EVALUATED) return;
  const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  throw new DaguError(`Cannot evaluate "${shown}": it comes to more than ${MAX_EVALUATED} characters`);
}
