/** The OpenAPI document of a set of routes. */
import { VERSION } from "../../../core/version.ts";
import type { Answers, Route } from "./route.ts";
import { type JsonSchema, nameOf, type Schema } from "./schema.ts";

type Json = Record<string, unknown>;

const ERROR: JsonSchema = {
  type: "object",
  properties: {
    code: { type: "string" },
    message: { type: "string" },
    details: { type: "object", additionalProperties: true },
  },
  required: ["code", "message"],
  additionalProperties: false,
};

/** @param base path of the API */
export function openApi(base: string, routes: readonly Route[]): Json {
  const schemas = new Map<string, Json>();
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    (paths[route.at] ??= {})[route.method] = {
      operationId: operationId(route),
      summary: route.about,
      tags: [route.at.split("/")[1]],
      "x-role": route.role,
      parameters: [
        ...parameters("path", route.path.json, schemas),
        ...parameters("query", route.query.json, schemas),
        REMOTE_NODE,
      ],
      ...(route.body ? { requestBody: requestBody(route, route.body, schemas) } : {}),
      responses: responses(route.answers, schemas),
      ...(route.role === "public" ? { security: [] } : {}),
    };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Dagu API", version: VERSION },
    servers: [{ url: base }],
    paths,
    components: {
      schemas: { Error: ERROR, ...Object.fromEntries([...schemas].sort(([a], [b]) => a < b ? -1 : 1)) },
      securitySchemes: {
        basic: { type: "http", scheme: "basic" },
        bearer: { type: "http", scheme: "bearer" },
      },
    },
    security: [{ bearer: [] }, { basic: [] }],
  };
}

const REMOTE_NODE: Json = {
  name: "remoteNode",
  in: "query",
  description: "Name of the server to ask; this one when it is absent or local",
  schema: { type: "string" },
};

/** `get_dags_fileName_spec` */
function operationId(route: Route): string {
  return `${route.method}${route.at.replace(/[{}]/g, "").replaceAll(/[/-]/g, "_")}`;
}

function parameters(place: "path" | "query", schema: JsonSchema, schemas: Map<string, Json>): Json[] {
  return Object.entries(schema.properties ?? {}).map(([name, inner]) => ({
    name,
    in: place,
    required: schema.required?.includes(name) ?? false,
    schema: written(inner, schemas),
    ...(inner.type === "array" ? { style: "form", explode: false } : {}),
  }));
}

function requestBody(route: Route, body: Schema<unknown>, schemas: Map<string, Json>): Json {
  return {
    required: !route.bodyOptional,
    content: { "application/json": { schema: written(body.json, schemas, body.name) } },
  };
}

function responses(answers: Answers, schemas: Map<string, Json>): Json {
  const known = Object.entries(answers).map(([status, answer]) => [
    status,
    {
      description: DESCRIPTIONS[status] ?? "Answer",
      ...(answer === null ? {} : {
        content: typeof answer === "string"
          ? { [answer]: { schema: { type: "string" } } }
          : { "application/json": { schema: written(answer.json, schemas, answer.name) } },
      }),
    },
  ]);
  const refused = {
    description: "Refused",
    content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
  };
  return { ...Object.fromEntries(known), default: refused };
}

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  200: "Done",
  201: "Made",
  204: "Done",
  503: "Not ready",
};

/** A schema as it stands in the document: those with a name by reference. */
function written(schema: JsonSchema, schemas: Map<string, Json>, name = nameOf(schema)): Json {
  if (name === "") return spelledOut(schema, schemas);
  if (!schemas.has(name)) {
    schemas.set(name, {});
    schemas.set(name, spelledOut(schema, schemas));
  }
  return { $ref: `#/components/schemas/${name}` };
}

function spelledOut(schema: JsonSchema, schemas: Map<string, Json>): Json {
  const json: Json = { ...schema };
  if (schema.items) json.items = written(schema.items, schemas);
  if (schema.properties) {
    json.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([name, inner]) => [name, written(inner, schemas)]),
    );
  }
  if (typeof schema.additionalProperties === "object") {
    json.additionalProperties = written(schema.additionalProperties, schemas);
  }
  return json;
}
