/** Paths into JSON values: `a.b`, `a[0].b`, `[1].id`, `["odd key"]`. */
import { isJsonObject, jsonText, parseJson } from "../core/text/json_text.ts";

type Key = string | number;

const SEGMENT = /\.?([^.[\]"\s]+)|\.?\[(-?\d+)\]|\.?\["((?:[^"\\]|\\.)*)"\]/y;

/** The value as parsed when it is a JSON object or list, undefined for every other text. */
export function parseContainer(text: string): unknown {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/**
 * The text at `path` (written without a leading dot) of a parsed value: scalars plain, containers as compact JSON,
 * "" where nothing is. undefined when `path` is not a path.
 */
export function jsonAt(root: unknown, path: string): string | undefined {
  const keys = parsePath(path);
  return keys ? jsonText(step(root, keys)) : undefined;
}

/** Like {@link jsonAt}, but undefined as well where nothing is. */
export function jsonAtIfPresent(root: unknown, path: string): string | undefined {
  const keys = parsePath(path);
  const value = keys ? step(root, keys) : undefined;
  return value === undefined ? undefined : jsonText(value);
}

function step(root: unknown, keys: readonly Key[]): unknown {
  let value = root;
  for (const key of keys) {
    if (Array.isArray(value) && typeof key === "number") value = value.at(key);
    else if (isJsonObject(value) && Object.hasOwn(value, key)) value = value[key];
    else return undefined;
  }
  return value;
}

function parsePath(path: string): Key[] | null {
  const keys: Key[] = [];
  let at = 0;
  while (at < path.length) {
    SEGMENT.lastIndex = at;
    const match = SEGMENT.exec(path);
    if (!match) return null;
    if (match[1] !== undefined) keys.push(match[1]);
    else if (match[2] !== undefined) keys.push(Number(match[2]));
    else keys.push(unescapeKey(match[3]));
    at = SEGMENT.lastIndex;
  }
  return keys.length > 0 ? keys : null;
}

function unescapeKey(key: string): string {
  return key.replace(/\\(.)/gs, "$1");
}
