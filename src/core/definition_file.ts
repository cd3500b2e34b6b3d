/** Names of the files that definitions stand in. */

/** In the order in which they count, where one name has several. */
const ENDINGS = [".yaml", ".yml", ".ts", ".mts"] as const;
const ENDING = /\.(?:ya?ml|m?ts)$/;
/** Modules that are something else: types alone, and tests. */
const OTHER_MODULE = /\.d\.m?ts$|[._]test\.m?ts$/;
/** Values, and not only types, are taken from the builder. */
const BUILDS = /\bimport\s+(?!type\b)(?:[^"';]*\bfrom\s*)?["']@x\/dagu(?:\/dag)?["']/;
/** A step of type `ts` exports a function. */
const EXPORTS = /\bexport\s+default\s+(?!async\b|function\b|class\b)|\bas\s+default\b/;

/** Whether a file of that name may be a definition. */
export function isDefinitionFile(path: string): boolean {
  return ENDING.test(path) && !OTHER_MODULE.test(path);
}

/** Whether it is code. */
export function isModule(path: string): boolean {
  return /\.m?ts$/.test(path);
}

/** Whether a module of the folder of definitions is one, and not code that others import. */
export function makesDefinition(text: string): boolean {
  return BUILDS.test(text) && EXPORTS.test(text);
}

/** `team/etl` of `team/etl.yaml`. */
export function withoutEnding(path: string): string {
  return path.replace(ENDING, "");
}

/** The paths that a definition may have, the one that counts first. @param path without ending */
export function definitionPaths(path: string): string[] {
  return ENDINGS.map((ending) => path + ending);
}
