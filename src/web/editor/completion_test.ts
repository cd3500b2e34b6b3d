import { assert, assertEquals } from "../../../tests/assert.ts";
import { dagJsonSchema } from "../../spec/json_schema.ts";
import { type JsonSchema, offersAt } from "./schema_completion.ts";
import { spotAt } from "./yaml_path.ts";

/** The cursor stands at `|`. */
function spot(text: string) {
  const before = text.slice(0, text.indexOf("|")).split("\n");
  const lines = text.replace("|", "").split("\n");
  return spotAt(lines, before.length - 1, before.at(-1)!.length)!;
}

const labels = (text: string) =>
  offersAt(dagJsonSchema() as JsonSchema, spot(text), new Set(), 0).map(({ label }) => label);

Deno.test("the place of a cursor by indentation", () => {
  assertEquals(spot("na|"), { path: [], key: "", word: "na" });
  assertEquals(spot("type: gr|"), { path: [], key: "type", word: "gr" });
  assertEquals(spot("steps:\n  - name: a\n    retr|"), { path: ["steps", "[]"], key: "", word: "retr" });
  assertEquals(spot("steps:\n- name: a\n  retr|").path, ["steps", "[]"]);
  assertEquals(spot("steps:\n  - na|").path, ["steps", "[]"]);
  assertEquals(spot("steps:\n  -|").path, ["steps"]);
  const policy = "steps:\n  - name: a\n    command: |\n      x: 1\n    retryPolicy:\n      li@";
  assertEquals(spot(policy.replace("|", ">").replace("@", "|")).path, ["steps", "[]", "retryPolicy"]);
  assertEquals(spot("a:\n  b: 1\nhandlerOn:\n  # why\n\n  |").path, ["handlerOn"]);
  assertEquals(spot("steps:\n  a:\n    command: x\n    dep|").path, ["steps", "a"]);
  assertEquals(spot("name: a\n---\nste|").path, []);
  assertEquals(spotAt(["# na"], 0, 4), null);
});

Deno.test("keys and values of the schema that the server checks with", () => {
  assert(labels("|").includes("schedule") && labels("|").includes("handlerOn"));
  assert(!labels("|").some((label) => label === "handler_on"), "Each key is offered once");
  assert(labels("steps:\n  - name: a\n    |").includes("retryPolicy"));
  assert(labels("steps:\n  - name: a\n    retryPolicy:\n      |").includes("limit"));
  assert(labels("handlerOn:\n  |").includes("failure"));
  assert(labels("handlerOn:\n  failure:\n    |").includes("command"));
  assertEquals(labels("type: |"), ["chain", "graph"]);
  assertEquals(labels("skipIfSuccessful: |"), ["true", "false"]);
  assertEquals(labels("nonsense:\n  |"), []);
});

Deno.test("what is inserted leads on to the value", () => {
  const schema = dagJsonSchema() as JsonSchema;
  const insert = (label: string) =>
    offersAt(schema, spot("|"), new Set(["name"]), 0).find((offer) => offer.label === label)?.insert;
  assertEquals(insert("description"), "description: ");
  assertEquals(insert("handlerOn"), "handlerOn:\n  ");
  assertEquals(insert("name"), undefined);
});
