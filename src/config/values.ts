/** Reads the value of one key as the table of keys wants it. */
import { parseBool } from "../core/text/bool_text.ts";
import { parseDuration } from "../core/text/duration.ts";
import { ANY_WORKER } from "../core/label_rules.ts";
import { isPeerId } from "../core/peer/peer_identity.ts";
import type { RemoteNode } from "../core/remote_node.ts";
import { normalize, resolve } from "../platform/files/path.ts";
import type { KeySpec, KeyType, KeyTypes, QueueConfig } from "./key_spec.ts";
import { expandPath } from "./layout.ts";

/** A value that cannot be used. */
export interface Refusal {
  /** What is wrong and what would be right. */
  readonly problem: string;
  /** false: the value has the right type, but may not be used. */
  readonly wrongType: boolean;
}

export interface ValueContext {
  readonly env: Readonly<Record<string, string>>;
  readonly userHome: string;
  readonly cwd: string;
}

/** The value in the form of its type, or why it cannot be used. `raw` is text, or what the YAML file holds. */
export function readValue(spec: KeySpec, raw: unknown, context: ValueContext): { value: unknown } | Refusal {
  const read = READERS[spec.type](raw, context);
  if ("problem" in read) return read;
  const { value } = read;
  if (spec.values.length > 0 && !spec.values.includes(String(value))) {
    return refuse(`${quote(raw)} is not allowed, expected ${spec.values.join(", ")}`, false);
  }
  if (typeof value === "number" && value < spec.min) {
    const least = spec.type === "duration" ? `${spec.min / 1000}s` : String(spec.min);
    return refuse(`${quote(raw)} is too small, expected at least ${least}`, false);
  }
  return read;
}

type Reading<T> = { value: T } | Refusal;
type Reader<T extends KeyType> = (raw: unknown, context: ValueContext) => Reading<KeyTypes[T]>;

const READERS: { readonly [T in KeyType]: Reader<T> } = {
  bool(raw) {
    const value = parseBool(scalar(raw) ?? "");
    if (value !== undefined) return { value };
    return refuse(`${quote(raw)} is not a boolean, expected true or false`);
  },
  int: readInt,
  port(raw) {
    const read = readInt(raw);
    if ("problem" in read || (read.value >= 0 && read.value <= 65535)) return read;
    return refuse(`${quote(raw)} is no port, expected 0 to 65535`, false);
  },
  duration(raw) {
    const text = scalar(raw);
    const value = text === undefined ? undefined : parseDuration(text.trim(), ["d"]);
    if (value !== undefined) return { value };
    return refuse(`${quote(raw)} is not a duration, expected one like 30s, 5m or 1h30m`, text === undefined);
  },
  text: readText,
  path(raw, context) {
    const read = readText(raw);
    if ("problem" in read || read.value === "") return read;
    return { value: resolve(context.cwd, expandPath(read.value, context.env, context.userHome)) };
  },
  urlPath(raw) {
    const read = readText(raw);
    if ("problem" in read) return read;
    const path = normalize(`/${read.value}`);
    return { value: path === "/" ? "" : path };
  },
  zone(raw) {
    const read = readText(raw);
    if ("problem" in read || read.value === "") return read;
    try {
      new Intl.DateTimeFormat("en", { timeZone: read.value });
      return read;
    } catch {
      return refuse(`${quote(raw)} is not a known time zone, expected a name like Europe/Berlin`, false);
    }
  },
  list(raw) {
    const items = Array.isArray(raw) ? raw.map(scalar) : scalar(raw)?.split(",").map((item) => item.trim());
    if (!items || items.includes(undefined)) return refuse(`${quote(raw)} is not a list of texts`);
    return { value: (items as string[]).filter((item) => item !== "") };
  },
  labels: readLabels,
  labelRules(raw) {
    if (!isMap(raw)) return refuse(`${quote(raw)} is not a map of names of certificates to labels`);
    const rules: Record<string, string[]> = {};
    for (const [id, allowed] of Object.entries(raw)) {
      if (id !== ANY_WORKER && !isPeerId(id)) {
        return refuse(
          `${quote(id)} is no name of a certificate or key, expected one like gpu-1, or "*"`,
          false,
        );
      }
      const words: string[] = [];
      for (const one of Array.isArray(allowed) ? allowed : [allowed]) {
        const read = readLabels(one);
        if ("problem" in read) return refuse(`Labels of "${id}": ${read.problem}`, read.wrongType);
        words.push(...Object.entries(read.value).map(([key, value]) => `${key}=${value}`));
      }
      rules[id] = words;
    }
    return { value: rules };
  },
  queues(raw) {
    if (!Array.isArray(raw)) return refuse(`${quote(raw)} is not a list of queues`);
    const queues: QueueConfig[] = [];
    for (const item of raw) {
      if (!isMap(item)) return refuse(`${quote(item)} is not a queue, expected {name, maxConcurrency}`);
      const name = scalar(member(item, "name")) ?? "";
      if (name === "") return refuse(`Queue number ${queues.length + 1} has no name`, false);
      const limit = readInt(member(item, "maxConcurrency") ?? member(item, "maxActiveRuns") ?? 1);
      if ("problem" in limit) return refuse(`maxConcurrency of queue "${name}": ${limit.problem}`);
      if (limit.value < 1) return refuse(`maxConcurrency of queue "${name}" must be at least 1`, false);
      queues.push({ name, maxConcurrency: limit.value });
    }
    return { value: queues };
  },
  nodes(raw, context) {
    if (!Array.isArray(raw)) return refuse(`${quote(raw)} is not a list of nodes`);
    const nodes: RemoteNode[] = [];
    for (const item of raw) {
      if (!isMap(item)) return refuse(`${quote(item)} is not a node, expected {name, apiBaseURL}`);
      const text = (name: string) => scalar(member(item, name)) ?? "";
      const bool = (name: string) => parseBool(text(name)) === true;
      if (text("name") === "" || text("apiBaseURL") === "") {
        return refuse(`Node number ${nodes.length + 1} needs name and apiBaseURL`, false);
      }
      const apiBaseURL = expandPath(text("apiBaseURL"), context.env, context.userHome);
      const problem = nodeProblem(text("name"), apiBaseURL, nodes);
      if (problem !== "") return refuse(problem, false);
      nodes.push({
        name: text("name"),
        apiBaseURL,
        isBasicAuth: bool("isBasicAuth"),
        basicAuthUsername: text("basicAuthUsername"),
        basicAuthPassword: text("basicAuthPassword"),
        isAuthToken: bool("isAuthToken"),
        authToken: text("authToken"),
        skipTLSVerify: bool("skipTLSVerify"),
      });
    }
    return { value: nodes };
  },
};

/** "" for a node that can be asked. */
function nodeProblem(name: string, address: string, before: readonly RemoteNode[]): string {
  const url = URL.parse(address);
  if (!url || !/^https?:$/.test(url.protocol)) {
    return `apiBaseURL of node "${name}": ${
      quote(address)
    } is no address, expected one like https://host/api/v2`;
  }
  if (url.username !== "" || url.search !== "" || url.hash !== "") {
    return `apiBaseURL of node "${name}" must be a plain address: credentials stand in fields of their own`;
  }
  // "local" is the server itself.
  const taken = name === "local" || before.some((node) => node.name === name);
  return taken ? `The name "${name}" of a node is taken` : "";
}

/** A map, or text like `gpu=true,region=eu`. */
function readLabels(raw: unknown): Reading<Readonly<Record<string, string>>> {
  const labels: Record<string, string> = {};
  if (isMap(raw)) {
    for (const [name, value] of Object.entries(raw)) {
      const text = scalar(value);
      if (text === undefined) return refuse(`${quote(value)} of label "${name}" is not a text`);
      labels[name] = text;
    }
    return { value: labels };
  }
  const pairs = scalar(raw)?.split(",").map((pair) => pair.trim()).filter((pair) => pair !== "");
  if (!pairs) return refuse(`${quote(raw)} is not a map of labels`);
  for (const pair of pairs) {
    const equals = pair.indexOf("=");
    if (equals <= 0) return refuse(`${quote(pair)} is not a label, expected key=value`, false);
    labels[pair.slice(0, equals).trim()] = pair.slice(equals + 1).trim();
  }
  return { value: labels };
}

function readInt(raw: unknown): Reading<number> {
  const text = scalar(raw);
  const value = text === undefined || !/^[+-]?\d+$/.test(text.trim()) ? NaN : Number(text);
  if (Number.isSafeInteger(value)) return { value };
  return refuse(`${quote(raw)} is not a whole number`);
}

function readText(raw: unknown): Reading<string> {
  const text = scalar(raw);
  return text === undefined ? refuse(`${quote(raw)} is not a text`) : { value: text };
}

/** Text of a scalar; undefined for lists and maps. An empty value of YAML is "". */
function scalar(raw: unknown): string | undefined {
  if (raw === null) return "";
  return typeof raw === "object" || raw === undefined ? undefined : String(raw);
}

export function isMap(raw: unknown): raw is Record<string, unknown> {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw);
}

/** A member whatever the case of its name. */
export function member(map: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(map, name)) return map[name];
  const lower = name.toLowerCase();
  const key = Object.keys(map).find((one) => one.toLowerCase() === lower);
  return key === undefined ? undefined : map[key];
}

function refuse(problem: string, wrongType = true): Refusal {
  return { problem, wrongType };
}

function quote(raw: unknown): string {
  const text = typeof raw === "string" ? raw : JSON.stringify(raw) ?? String(raw);
  return `"${text.length > 60 ? `${text.slice(0, 57)}...` : text}"`;
}
