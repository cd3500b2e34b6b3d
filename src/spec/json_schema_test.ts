import { assert, assertEquals } from "../../tests/assert.ts";
import backup from "../../tests/data/dags/backup.yaml" with { type: "text" };
import containers from "../../tests/data/dags/containers.yaml" with { type: "text" };
import etl from "../../tests/data/dags/nightly_etl.yaml" with { type: "text" };
import healthChecks from "../../tests/data/dags/health_checks.yaml" with { type: "text" };
import camel from "../../tests/data/dags/kitchen_sink_camel.yaml" with { type: "text" };
import snake from "../../tests/data/dags/kitchen_sink_snake.yaml" with { type: "text" };
import { dagJsonSchema } from "./json_schema.ts";
import { toJson } from "./yaml/yaml_node.ts";
import { parseYaml } from "./yaml/yaml_parse.ts";
import { Source } from "./yaml/yaml_source.ts";

type Schema = Record<string, unknown>;

const ROOT = dagJsonSchema() as Schema;

function hasType(value: unknown, type: string): boolean {
  if (type === "null") return value === null;
  if (type === "array") return Array.isArray(value);
  if (type === "integer") return Number.isInteger(value);
  if (type === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
  const kind: string = typeof value;
  return kind === type;
}

/** The keywords that the schema uses; any other one fails the test. */
function valid(value: unknown, schema: Schema): boolean {
  return Object.entries(schema).every(([keyword, rule]) => {
    switch (keyword) {
      case "$ref":
        return valid(value, (ROOT.$defs as Record<string, Schema>)[(rule as string).replace("#/$defs/", "")]);
      case "type":
        return (Array.isArray(rule) ? rule as string[] : [rule as string]).some((type) =>
          hasType(value, type)
        );
      case "enum":
        return (rule as unknown[]).includes(value);
      case "anyOf":
        return (rule as Schema[]).some((one) => valid(value, one));
      case "allOf":
        return (rule as Schema[]).every((one) => valid(value, one));
      case "if":
        return !valid(value, rule as Schema) || valid(value, schema.then as Schema);
      case "then":
        return true;
      case "required":
        return !hasType(value, "object") || (rule as string[]).every((key) => key in (value as Schema));
      case "minimum":
        return typeof value !== "number" || value >= (rule as number);
      case "maximum":
        return typeof value !== "number" || value <= (rule as number);
      case "items":
        return !Array.isArray(value) || value.every((item) => valid(item, rule as Schema));
      case "properties":
        return !hasType(value, "object") ||
          Object.entries(value as Schema).every(([key, member]) => {
            const own = (rule as Record<string, Schema>)[key];
            return !own || valid(member, own);
          });
      case "additionalProperties": {
        if (!hasType(value, "object")) return true;
        const known = Object.keys((schema.properties ?? {}) as Schema);
        const others = Object.entries(value as Schema).filter(([key]) => !known.includes(key));
        return others.every(([, member]) => rule !== false && valid(member, rule as Schema));
      }
      case "$schema":
      case "$defs":
      case "title":
      case "description":
      case "default":
        return true;
      default:
        throw new Error(`Unexpected keyword ${keyword}`);
    }
  });
}

function accepts(text: string): boolean {
  return valid(toJson(parseYaml(new Source("f.yaml", text)).roots[0]!), ROOT);
}

Deno.test("schema: accepts the samples in both styles", () => {
  for (const text of [backup, containers, etl, healthChecks, camel, snake]) {
    assert(accepts(text), text.slice(0, 60));
  }
  assert(accepts("steps: [{type: http, command: GET x, config: {timeout: 1, skip_tls_verify: '${X}'}}]"));
  assert(accepts("steps: [{type: jq, command: ., config:}]"));
  assert(accepts("env:\nsteps:\n  - command: x\n    depends:"));
});

Deno.test("schema: refuses what the loader refuses", () => {
  for (
    const text of [
      "nmae: x",
      "steps: echo",
      "steps: [5]",
      "steps: [{comand: x}]",
      "type: tree",
      "steps: [{command: x, timeoutSec: -1}]",
      "timeout_sec: soon",
      "skipIfSuccessful: 1",
      "steps: [{command: x, retryPolicy: {limit: 1}}]",
      "llm: {temperature: 3}",
      "secrets: [{name: a}]",
      "handlerOn: {finished: {command: x}}",
      "steps: [{type: http, command: GET x, config: {tiemout: 1}}]",
      "steps: [{type: typescript, script: x, with: {memory: []}}]",
      "handlerOn: {exit: {type: mail, config: {too: x}}}",
    ]
  ) {
    assert(!accepts(text), text);
  }
});

Deno.test("schema: every key has a description and both spellings", () => {
  assertEquals(ROOT.$schema, "https://json-schema.org/draft/2020-12/schema");
  const tables = [ROOT, ...Object.values(ROOT.$defs as Record<string, Schema>)];
  assert(tables.length > 15);
  for (const table of tables) {
    const properties = table.properties as Record<string, Schema>;
    for (const [key, schema] of Object.entries(properties)) {
      assert(typeof schema.description === "string" && schema.description.endsWith("."), key);
      const snakeKey = key.replace(/([a-z0-9])([A-Z])|([A-Z])(?=[A-Z][a-z])/g, "$1$3_$2").toLowerCase();
      assert(snakeKey in properties, `${snakeKey} is missing`);
    }
  }
  assertEquals((ROOT.properties as Record<string, Schema>).histRetentionDays.default, 30);
});
