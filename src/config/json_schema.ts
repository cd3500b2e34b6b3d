/** JSON Schema of `config.yaml`, made from the table of keys. */
import type { KeySpec, KeyType } from "./key_spec.ts";
import { KEYS } from "./keys.ts";

type Schema = Record<string, unknown>;

const SCALAR = { type: ["string", "number", "boolean"] };
const LABELS = { anyOf: [{ type: "object", additionalProperties: SCALAR }, { type: "string" }] };
const TYPES: Readonly<Record<KeyType, Schema>> = {
  bool: { type: "boolean" },
  int: { type: "integer" },
  port: { type: "integer", minimum: 0, maximum: 65535 },
  duration: { type: "string", pattern: "^(0|(\\d+(\\.\\d+)?(ns|us|µs|ms|s|m|h|d))+)$" },
  text: { type: "string" },
  path: { type: "string" },
  urlPath: { type: "string" },
  zone: { type: "string" },
  list: { anyOf: [{ type: "array", items: { type: "string" } }, { type: "string" }] },
  labels: LABELS,
  labelRules: {
    type: "object",
    additionalProperties: { anyOf: [...LABELS.anyOf, { type: "array", items: LABELS }] },
  },
  queues: {
    type: "array",
    items: {
      type: "object",
      required: ["name"],
      properties: {
        name: { type: "string" },
        maxConcurrency: { type: "integer", minimum: 1 },
        maxActiveRuns: { type: "integer", minimum: 1, deprecated: true },
      },
    },
  },
  nodes: {
    type: "array",
    items: {
      type: "object",
      required: ["name", "apiBaseURL"],
      properties: {
        name: { type: "string" },
        apiBaseURL: { type: "string" },
        isBasicAuth: { type: "boolean" },
        basicAuthUsername: { type: "string" },
        basicAuthPassword: { type: "string" },
        isAuthToken: { type: "boolean" },
        authToken: { type: "string" },
        skipTLSVerify: { type: "boolean" },
      },
    },
  },
};

/** Draft 2020-12. Older names of keys are listed as deprecated; unknown keys are allowed, as the program does. */
export function configJsonSchema(): Schema {
  const root: Schema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Dagu configuration",
    type: "object",
    properties: {},
  };
  for (const spec of KEYS as readonly KeySpec[]) {
    put(root, spec.key, describe(spec, spec.doc));
    for (const name of spec.legacy) {
      put(root, name, { ...describe(spec, `Old name of ${spec.key}`), deprecated: true });
    }
  }
  return root;
}

function describe(spec: KeySpec, doc: string): Schema {
  const env = spec.env.length > 0 ? `. Environment: ${spec.env[0]}` : "";
  const computed = typeof spec.fallback === "function" || spec.type === "duration";
  return {
    description: doc + env,
    ...TYPES[spec.type],
    ...(spec.values.length > 0 ? { enum: spec.values } : {}),
    ...(spec.min > 0 && spec.type === "int" ? { minimum: spec.min } : {}),
    ...(computed || spec.fallback === "" ? {} : { default: spec.fallback }),
  };
}

function put(root: Schema, key: string, schema: Schema): void {
  const parts = key.split(".");
  let target = root;
  for (const part of parts.slice(0, -1)) {
    const properties = target["properties"] as Record<string, Schema>;
    target = properties[part] ??= { type: "object", properties: {} };
  }
  (target["properties"] as Record<string, Schema>)[parts.at(-1)!] = schema;
}
