/**
 * Takes from the code in a worker the ways to end the worker by itself: nobody would hear of it, and whoever waits for
 * the outcome would wait for ever.
 */
export function refuseExit(): void {
  const refuse = (what: string) => (): never => {
    throw new Error(`${what} is not for steps: return an outcome, or throw`);
  };
  Object.defineProperty(Deno, "exit", { value: refuse("Deno.exit") });
  Object.defineProperty(globalThis, "close", { value: refuse("close") });
}
