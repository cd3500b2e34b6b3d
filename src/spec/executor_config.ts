/** The keys that `config` of each kind of step may have. A kind without a table takes any. */
import { decodeObject, type ObjectValue } from "./decode.ts";
import {
  BOOL,
  either,
  fieldsOf,
  INT,
  list,
  map,
  requiredFields,
  SCALAR,
  type Shape,
  type Table,
  TEXT,
} from "./shape.ts";
import { toJson } from "./yaml_node.ts";

/** Values may be templates, which are texts until the step runs. */
const FLAG: Shape = either(BOOL, TEXT);
const COUNT: Shape = either(INT, TEXT);

const HTTP: Table = {
  name: "httpConfig",
  doc: "the config of an http step",
  fields: () => [
    { name: "timeout", shape: COUNT, default: 0, doc: "Seconds for the whole exchange; 0 means no limit." },
    { name: "headers", shape: map(SCALAR), doc: "Headers of the request." },
    { name: "query", shape: map(SCALAR), doc: "Added to the query of the address." },
    { name: "body", shape: SCALAR, doc: "Body of the request; GET and HEAD have none." },
    { name: "silent", shape: FLAG, default: false, doc: "Print only the body of a successful answer." },
    { name: "debug", shape: FLAG, default: false, doc: "Describe request and answer on stderr." },
    { name: "json", shape: FLAG, default: false, doc: "Print the answer as one JSON object." },
    { name: "skipTLSVerify", shape: FLAG, default: false, doc: "Accept any certificate of the server." },
    { name: "caFile", shape: TEXT, doc: "Further certificate authorities, PEM." },
    { name: "certFile", shape: TEXT, doc: "Certificate to show to the server, PEM; needs `keyFile`." },
    { name: "keyFile", shape: TEXT, doc: "Key of `certFile`, PEM." },
  ],
};

const JQ: Table = {
  name: "jqConfig",
  doc: "the config of a jq step",
  fields: () => [
    { name: "raw", shape: FLAG, default: false, doc: "Print texts without quotes, everything else compact." },
  ],
};

const HITL: Table = {
  name: "hitlConfig",
  doc: "the config of a hitl step",
  fields: () => [
    { name: "prompt", shape: TEXT, doc: "What is asked." },
    { name: "input", shape: list(SCALAR), doc: "Names of values that may be given with the approval." },
    { name: "required", shape: list(SCALAR), doc: "Those of them that must be given." },
  ],
};

/** By type of step; a further kind is a further row. */
export const CONFIG_TABLES: ReadonlyMap<string, Table> = new Map([
  ["http", HTTP],
  ["jq", JQ],
  ["hitl", HITL],
]);

/**
 * The `config` of a step under the names that its executor reads. Unknown keys, values of the wrong kind and
 * missing required keys are reported with their place.
 * @param owner the step, or its `executor` block
 */
export function executorConfig(owner: ObjectValue, type: string): Readonly<Record<string, unknown>> {
  const table = CONFIG_TABLES.get(type);
  if (!table) return owner.json("config");
  const given = owner.get("config");
  if (given?.node.kind !== "map") {
    if (!owner.written("config")) {
      for (const { name } of requiredFields(table)) {
        owner.issue("config", `"${name}" is required in ${table.doc}`);
      }
    }
    return {};
  }
  const fields = decodeObject(given.node, table, given.path, owner.issues);
  const config: Record<string, unknown> = {};
  for (const { name } of fieldsOf(table)) {
    const value = fields.get(name);
    if (value) config[name] = toJson(value.node);
  }
  return config;
}
