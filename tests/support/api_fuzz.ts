/** Random requests made from an OpenAPI document: mostly right, in part as nobody should send them. */
import { Random } from "../fakes/random.ts";

/** A definition that is right. */
export const GOOD = "steps:\n  - name: a\n    command: echo\n";

/** Names, ids and values that nobody should send. */
export const HOSTILE = [
  "..",
  "../secret",
  "..%2fsecret",
  "%2e%2e%2fsecret",
  "....//secret",
  "/etc/passwd",
  "%2fetc%2fpasswd",
  "a/b",
  "a%2fb",
  "%00",
  "one%00",
  "one\u0000",
  "-rf",
  "--version",
  ".",
  "",
  " ",
  "one%0d%0aX-Bad:1",
  "x".repeat(300),
  "\u202e",
  "💥",
  "%",
  "%zz",
  "one;id",
  "$(id)",
  "`id`",
  "con",
  "__proto__",
  "constructor",
  "-1",
  "1e999",
  "NaN",
  "null",
  "true",
  "[]",
  "{}",
];

export interface FuzzRequest {
  readonly method: string;
  /** Address as the document writes it. */
  readonly at: string;
  /** Address with names and query. */
  readonly path: string;
  /** undefined for none. */
  readonly body: unknown;
}

// deno-lint-ignore no-explicit-any
type Json = any;

/** What is right for names and members, where not just "one". */
const RIGHT: Readonly<Record<string, readonly string[]>> = {
  newFileName: ["two"],
  dagRunId: ["r1", "q1", "w1"],
  subDAGRunId: ["s1"],
  stepName: ["a"],
  step: ["a"],
  spec: [GOOD],
  params: ["A=1", ""],
  from: ["2026-01-01T00:00:00Z"],
  until: ["2026-01-01T05:00:00Z"],
  username: ["somebody"],
  password: ["a long enough password"],
  newPassword: ["another long password"],
  duration: ["1h"],
  expiresAt: ["2099-01-01T00:00:00Z"],
  remoteNode: ["local", ""],
};

const STRANGE = [null, -1, 1e308, "", [], {}, true, ...HOSTILE];

export class ApiFuzz {
  readonly #document: Json;
  readonly #random: Random;
  readonly #learnt = new Map<string, string>();

  constructor(document: unknown, seed: number) {
    this.#document = document;
    this.#random = new Random(seed);
  }

  /** Every endpoint in turn. */
  *requests(count: number): Generator<FuzzRequest> {
    const operations = Object.entries(this.#document.paths).flatMap(([at, methods]) =>
      Object.entries(methods as Json).map(([method, operation]) => ({ at, method, operation }))
    );
    for (let i = 0; i < count; i++) {
      const { at, method, operation } = operations[i % operations.length]!;
      yield this.#request(at, method.toUpperCase(), operation);
    }
  }

  #request(at: string, method: string, operation: Json): FuzzRequest {
    const random = this.#random;
    const query = new URLSearchParams();
    for (const { name, in: place, schema } of operation.parameters) {
      if (place === "query" && random.chance(0.4)) query.append(name, String(this.#value(schema, name)));
    }
    const names = at.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = random.chance(0.8) ? this.#right(name) : random.pick(HOSTILE);
      return /[%\0]/.test(value) ? value : encodeURIComponent(value);
    });
    const body = operation.requestBody && random.chance(0.95)
      ? this.#value(operation.requestBody.content["application/json"].schema, "")
      : undefined;
    return { method, at, path: `${names}?${query}`, body };
  }

  /** From now on this is right for such a name. */
  learn(name: string, value: string): void {
    this.#learnt.set(name, value);
  }

  #right(name: string): string {
    return this.#learnt.get(name) ?? this.#random.pick(RIGHT[name] ?? ["one"]);
  }

  #value(given: Json, name: string): unknown {
    const random = this.#random;
    const schema = given.$ref ? this.#document.components.schemas[given.$ref.split("/").at(-1)] : given;
    if (random.chance(0.05)) return random.pick(STRANGE);
    if (schema.enum) return random.pick(schema.enum);
    switch (schema.type) {
      case "integer":
      case "number":
        return random.pick([0, 1, 2, 5, schema.maximum ?? 7, schema.minimum ?? 0, -3, 1.5]);
      case "boolean":
        return random.chance(0.5);
      case "array":
        return Array.from({ length: random.below(4) }, () => this.#value(schema.items, name));
      case "object":
        return this.#object(schema);
      default:
        return random.chance(0.8) ? this.#right(name) : random.pick(HOSTILE);
    }
  }

  #object(schema: Json): Record<string, unknown> {
    const random = this.#random;
    const members: Record<string, unknown> = {};
    for (const [name, inner] of Object.entries(schema.properties ?? {})) {
      if (schema.required?.includes(name) || random.chance(0.5)) members[name] = this.#value(inner, name);
    }
    if (random.chance(0.1)) members[random.pick(HOSTILE)] = 1;
    return members;
  }
}
