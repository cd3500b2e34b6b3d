/**
 * Whether this is the program as it is shipped, and not its sources: only then does one version stand for one
 * behaviour, and only then do other modules stand elsewhere than beside this one.
 */
export function isBundled(): boolean {
  return !import.meta.url.endsWith("/src/platform/bundle/bundled.ts");
}
