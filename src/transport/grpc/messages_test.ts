import { loadSync } from "@grpc/proto-loader";
import { assert, assertEquals } from "../../../tests/assert.ts";
import type { Field, Message } from "../wire/message.ts";
import * as messages from "./messages.ts";
import { COORDINATOR, COORDINATOR_METHODS } from "./methods.ts";

const PROTO = new URL("../../../proto/coordinator/v1/coordinator.proto", import.meta.url).pathname;

function isMessage(value: unknown): value is Message {
  return typeof value === "object" && value !== null && "encode" in value;
}

const TABLES = Object.values(messages).filter(isMessage);

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Messages of a `.proto` text: name to fields as `type name = number`. */
function declared(proto: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [, name, body] of proto.matchAll(/^message (\w+) \{([^}]*)\}/gm)) {
    found.set(name!, [...body!.matchAll(/^ {2}([^/\n]+ = \d+);/gm)].map(([, field]) => field!));
  }
  return found;
}

Deno.test("the tables are those of the .proto file", async () => {
  const proto = declared(await Deno.readTextFile(PROTO));
  const tables = new Map(TABLES.map(({ name, fields }) => [
    name,
    Object.entries(fields).map(([key, field]) => `${field.type} ${snake(key)} = ${field.number}`),
  ]));
  assert(proto.size > 30);
  assertEquals([...tables.keys()].sort(), [...proto.keys()].sort());
  for (const [name, fields] of proto) assertEquals(tables.get(name), fields, name);
});

/** A value for each field, none of them empty. */
function sample(of: Message): Record<string, unknown> {
  const value = ({ type, number }: Field<unknown>): unknown => {
    const inner = TABLES.find(({ name }) => type.replace("repeated ", "") === name);
    if (inner) return type.startsWith("repeated") ? [sample(inner), sample(inner)] : sample(inner);
    if (type === "repeated string") return [`text ${number}`, "", "äöü €"];
    if (type === "string") return `text ${number} äöü €`;
    if (type === "bytes") return new Uint8Array([0, 255, number % 256]);
    if (type === "bool") return true;
    if (type === "int64") return 1_763_870_000_123;
    if (type === "int32") return -1;
    if (type.startsWith("map")) return { gpu: "true", "": "empty key", memory: "" };
    return 1;
  };
  return Object.fromEntries(Object.entries(of.fields).map(([key, field]) => [key, value(field)]));
}

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return [...value];
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
}

Deno.test("another implementation reads what is written, and the other way round", () => {
  const options = { keepCase: false, longs: Number, enums: Number, defaults: true };
  const services = loadSync(PROTO, options)[COORDINATOR] as unknown as Record<string, {
    path: string;
    requestSerialize(value: unknown): Uint8Array;
    requestDeserialize(bytes: unknown): unknown;
    responseSerialize(value: unknown): Uint8Array;
    responseDeserialize(bytes: unknown): unknown;
  }>;
  assertEquals(Object.keys(services).sort(), Object.keys(COORDINATOR_METHODS).sort());
  for (const [name, { request, answer }] of Object.entries(COORDINATOR_METHODS) as [string, never][]) {
    const other = services[name]!;
    assertEquals(other.path, `/${COORDINATOR}/${name}`);
    const pairs = [
      { table: request as Message, write: other.requestSerialize, read: other.requestDeserialize },
      { table: answer as Message, write: other.responseSerialize, read: other.responseDeserialize },
    ];
    for (const { table, write, read } of pairs) {
      const value = sample(table);
      assertEquals(plain(read(nodeBuffer(table.encode(value)))), plain(value), table.name);
      assertEquals(plain(table.decode(new Uint8Array(write(value)))), plain(value), table.name);
      assertEquals(
        plain(read(nodeBuffer(table.encode({})))),
        plain(table.decode(new Uint8Array())),
        table.name,
      );
    }
  }
});

/** The other implementation wants the bytes of Node. */
function nodeBuffer(bytes: Uint8Array): unknown {
  const { Buffer } = globalThis as unknown as { Buffer: { from(bytes: Uint8Array): unknown } };
  return Buffer.from(bytes);
}
