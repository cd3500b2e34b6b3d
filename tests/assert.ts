/** The few assertions that the tests use. */

export function assert(condition: unknown, message = "Expected the condition to hold"): asserts condition {
  if (!condition) throw new Error(message);
}

/** Deep equality by structure; undefined members count as absent. */
export function equal(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
  if (a instanceof Map && b instanceof Map) return equal([...a], [...b]);
  if (a instanceof Set && b instanceof Set) return equal([...a], [...b]);
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  for (const key of keys) if (!equal(left[key], right[key])) return false;
  return true;
}

function show(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : Deno.inspect(value, { depth: 12, sorted: true });
}

export function assertEquals(actual: unknown, expected: unknown, message = "Values differ"): void {
  if (!equal(actual, expected)) {
    throw new Error(`${message}\n  actual:   ${show(actual)}\n  expected: ${show(expected)}`);
  }
}

export function assertMatch(actual: string, pattern: RegExp, message = "Text does not match"): void {
  if (!pattern.test(actual)) throw new Error(`${message}\n  actual:  ${show(actual)}\n  pattern: ${pattern}`);
}

type ErrorClass<E extends Error> = abstract new (...args: never[]) => E;

function checkError<E extends Error>(error: unknown, type: ErrorClass<E>, includes: string): E {
  if (!(error instanceof type)) throw new Error(`Expected ${type.name}, got ${show(error)}`);
  if (!error.message.includes(includes)) {
    throw new Error(`Expected the message to contain ${show(includes)}, got ${show(error.message)}`);
  }
  return error;
}

export function assertThrows<E extends Error>(run: () => unknown, type: ErrorClass<E>, includes = ""): E {
  try {
    run();
  } catch (error) {
    return checkError(error, type, includes);
  }
  throw new Error(`Expected ${type.name} to be thrown`);
}

export async function assertRejects<E extends Error>(
  run: () => Promise<unknown>,
  type: ErrorClass<E>,
  includes = "",
): Promise<E> {
  try {
    await run();
  } catch (error) {
    return checkError(error, type, includes);
  }
  throw new Error(`Expected ${type.name} to be thrown`);
}
