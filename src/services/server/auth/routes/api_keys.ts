/** API keys, for administrators. */
import type { ApiKey } from "../../../../core/access/account.ts";
import { ROLES } from "../../../../core/access/role.ts";
import { parseTime, timeText } from "../../../../stores/file/json/time_text.ts";
import { badRequest } from "../../http/api_error.ts";
import { type Call, route } from "../../http/route.ts";
import { type Infer, list, named, object, optional, text, word } from "../../http/schema.ts";
import { fileNameShape } from "../../shape/names.ts";
import { type Auth, needPeople, needPerson } from "../auth.ts";
import { idShape } from "./users.ts";

const keyShape = named(
  "APIKey",
  object({
    id: text(),
    name: text(),
    description: optional(text()),
    role: word(ROLES),
    keyPrefix: text(),
    createdAt: text(),
    updatedAt: text(),
    createdBy: text(),
    lastUsedAt: optional(text()),
    expiresAt: optional(text()),
    dags: optional(list(text(), { description: "The only definitions that it may see and touch" })),
  }),
);

export type ApiKeyJson = Infer<typeof keyShape>;

const path = { keyId: idShape };
const one = object({ apiKey: keyShape });
const nameShape = text({ min: 1, max: 100, pattern: /^\P{Cc}+$/u });
const optionalFields = {
  description: optional(text({ max: 500 })),
  expiresAt: optional(text({ max: 40, description: "RFC 3339; empty for never" })),
  dags: optional(list(fileNameShape, { max: 1000 })),
};

export function apiKeyRoutes(auth: Auth) {
  return [
    listKeys(auth),
    createKey(auth),
    showKey(auth),
    updateKey(auth),
    removeKey(auth),
  ];
}

function listKeys(auth: Auth) {
  return route({
    method: "get",
    at: "/api-keys",
    about: "All API keys, without the keys themselves",
    role: "admin",
    answers: { 200: object({ apiKeys: list(keyShape) }) },
    handle: (call) => ({ json: { apiKeys: keys(auth, call).list().map(keyJson) } }),
  });
}

function createKey(auth: Auth) {
  return route({
    method: "post",
    at: "/api-keys",
    about: "Makes an API key, which is shown once",
    role: "admin",
    body: object({ name: nameShape, role: word(ROLES), ...optionalFields }),
    answers: { 201: object({ apiKey: keyShape, key: text() }) },
    handle: async (call) => {
      const { name, role, description = "", expiresAt = "", dags = null } = call.body;
      const fields = { name, role, description, expiresAt: endOf(expiresAt), dags };
      const { apiKey, key } = await keys(auth, call).create(fields, call.principal.name);
      return {
        status: 201,
        json: { apiKey: keyJson(apiKey), key },
        headers: { "cache-control": "no-store" },
      };
    },
  });
}

function showKey(auth: Auth) {
  return route({
    method: "get",
    at: "/api-keys/{keyId}",
    about: "An API key, without the key itself",
    role: "admin",
    path,
    answers: { 200: one },
    handle: (call) => ({ json: { apiKey: keyJson(keys(auth, call).get(call.path.keyId)) } }),
  });
}

function updateKey(auth: Auth) {
  return route({
    method: "patch",
    at: "/api-keys/{keyId}",
    about: "Changes what an API key is called and may do",
    role: "admin",
    path,
    body: object({ name: optional(nameShape), role: optional(word(ROLES)), ...optionalFields }),
    answers: { 200: one },
    handle: async (call) => {
      const { expiresAt, ...change } = call.body;
      const end = expiresAt === undefined ? {} : { expiresAt: endOf(expiresAt) };
      return {
        json: { apiKey: keyJson(await keys(auth, call).update(call.path.keyId, { ...change, ...end })) },
      };
    },
  });
}

function removeKey(auth: Auth) {
  return route({
    method: "delete",
    at: "/api-keys/{keyId}",
    about: "Removes an API key",
    role: "admin",
    path,
    answers: { 204: null },
    handle: async (call) => {
      await keys(auth, call).remove(call.path.keyId);
      return { status: 204, empty: true };
    },
  });
}

function keys(auth: Auth, { principal }: Pick<Call<unknown, unknown, unknown>, "principal">) {
  needPerson(principal);
  return needPeople(auth).keys;
}

function endOf(text: string): number {
  const at = parseTime(text);
  if (at === 0 && text !== "") {
    throw badRequest(`"${text}" is not a time, expected one like 2027-01-31T12:00:00Z`);
  }
  return at;
}

function keyJson({ keyHash: _, expiresAt, lastUsedAt, dags, ...key }: ApiKey) {
  return {
    ...key,
    createdAt: timeText(key.createdAt),
    updatedAt: timeText(key.updatedAt),
    ...(lastUsedAt === 0 ? {} : { lastUsedAt: timeText(lastUsedAt) }),
    ...(expiresAt === 0 ? {} : { expiresAt: timeText(expiresAt) }),
    ...(dags === null ? {} : { dags }),
  };
}
