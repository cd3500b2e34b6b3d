/** One world from the outside: lived through in one turn of the event loop, with an eye on what nobody took care of. */
import { Killed } from "./process.ts";
import { type Outcome, simulate } from "./simulate.ts";

/** @param tellsStory whether the outcome is to say what happened, line by line */
export async function oneWorld(seed: number, tellsStory = false): Promise<Outcome> {
  const rejected: Error[] = [];
  const note = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    if (!isOfTheDead(event.reason)) rejected.push(event.reason);
  };
  globalThis.addEventListener("unhandledrejection", note);
  try {
    const outcome = await inTurn(() => simulate(seed, tellsStory));
    // They are told of when the promises have had their turn.
    await inTurn(() => {});
    return outcome.failure || rejected.length === 0 ? outcome : { ...outcome, failure: rejected[0]! };
  } finally {
    globalThis.removeEventListener("unhandledrejection", note);
  }
}

/** Code of a killed process goes on for a while, and fails at all that it does. */
function isOfTheDead(error: unknown): boolean {
  if (error instanceof Killed) return true;
  return error instanceof Error && isOfTheDead(error.cause);
}

function inTurn<T>(work: () => T): Promise<T> {
  return new Promise((resolve, reject) => setImmediate(() => Promise.try(work).then(resolve, reject)));
}
