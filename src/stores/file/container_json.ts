/** The `container` of a definition in the shape that Dagu 1.30 stores: capital keys, every one of them present. */
import { isObject, type JsonObject } from "./json_read.ts";

const PULL_POLICIES = ["always", "never", "missing"];

/** Stored keys of texts, and the keys that a definition writes them with. */
const TEXTS: readonly (readonly [string, string])[] = [
  ["Exec", "exec"],
  ["Name", "name"],
  ["Image", "image"],
  ["User", "user"],
  ["WorkingDir", "workingDir"],
  ["WorkDir", "workDir"],
  ["Platform", "platform"],
  ["Network", "network"],
  ["Startup", "startup"],
  ["WaitFor", "waitFor"],
  ["LogPattern", "logPattern"],
  ["RestartPolicy", "restartPolicy"],
];
const LISTS: readonly (readonly [string, string])[] = [
  ["Env", "env"],
  ["Volumes", "volumes"],
  ["Ports", "ports"],
  ["Command", "command"],
];

/** @param container the name of a running container, or the block as the definition gives it */
export function containerToJson(container: unknown): Record<string, unknown> | null {
  const block = typeof container === "string" ? { exec: container } : container;
  if (!isObject(block)) return null;
  const given = new Map(Object.entries(block).map(([key, value]) => [plain(key), value]));
  const json: Record<string, unknown> = {};
  for (const [stored, key] of TEXTS) json[stored] = scalarText(given.get(plain(key)));
  for (const [stored, key] of LISTS) json[stored] = listOf(given.get(plain(key)));
  json.PullPolicy = pullPolicy(given.get("pullpolicy"), json.Image !== "");
  json.KeepContainer = given.get("keepcontainer") === true;
  return json;
}

/** @returns the block with the keys of a definition; null when there is none. */
export function containerFromJson(json: unknown): JsonObject | null {
  if (!isObject(json)) return null;
  const block: Record<string, unknown> = {};
  for (const [stored, key] of TEXTS) if (json[stored]) block[key] = json[stored];
  for (const [stored, key] of LISTS) if (Array.isArray(json[stored])) block[key] = json[stored];
  if (json.Image) block.pullPolicy = PULL_POLICIES[Number(json.PullPolicy)] ?? "missing";
  if (json.KeepContainer === true) block.keepContainer = true;
  return block;
}

/** Both spellings of a key, camelCase and snake_case, come out the same. */
function plain(key: string): string {
  return key.replaceAll("_", "").toLowerCase();
}

function scalarText(value: unknown): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : "";
}

function listOf(value: unknown): string[] | null {
  if (value === undefined || value === null) return null;
  if (isObject(value)) return Object.entries(value).map(([key, member]) => `${key}=${scalarText(member)}`);
  if (!Array.isArray(value)) return [scalarText(value)];
  return value.flatMap((member) => isObject(member) ? listOf(member) ?? [] : [scalarText(member)]);
}

function pullPolicy(value: unknown, hasImage: boolean): number {
  if (value === true) return 0;
  if (value === false) return 1;
  const known = PULL_POLICIES.indexOf(scalarText(value).toLowerCase());
  if (known >= 0) return known;
  return hasImage ? 2 : 0;
}
