/** Asks before something is removed. */
import { DaguError } from "../core/errors.ts";
import type { Console } from "./command.ts";

/**
 * Whether a person says yes; a no is acknowledged.
 * @param what sentences that say what is about to happen
 * @throws DaguError when nobody can answer: a script must not take silence for a no
 */
export async function confirmed(console: Console, what: string): Promise<boolean> {
  console.out(`${what}\nContinue? [y/N]: `);
  const answer = await console.ask();
  if (answer === null) {
    console.out("\n");
    throw new DaguError(
      "Cannot ask whether to continue: standard input is at its end; --yes goes on without asking",
    );
  }
  if (/^y(es)?$/i.test(answer.trim())) return true;
  console.out("Cancelled.\n");
  return false;
}
