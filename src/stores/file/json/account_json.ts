/** Users, API keys and webhooks as Dagu writes them, with members of ours that it passes over. */
import type { ApiKey, User, Webhook } from "../../../core/access/account.ts";
import { isRole, type Role } from "../../../core/access/role.ts";
import { flag, type JsonObject, text, texts } from "./json_read.ts";
import { parseTime, timeText } from "./time_text.ts";

/** How records of one kind stand in files. */
export interface Codec<T> {
  encode(record: T): JsonObject;
  /** null for what is no such record. */
  decode(json: JsonObject): T | null;
}

export const USER_JSON: Codec<User> = {
  encode: (user) => ({
    id: user.id,
    username: user.username,
    password_hash: user.passwordHash,
    role: user.role,
    created_at: timeText(user.createdAt),
    updated_at: timeText(user.updatedAt),
    token_version: user.tokenVersion,
    must_change_password: user.mustChangePassword,
    ...(user.providerSubject === "" ? {} : { provider_subject: user.providerSubject }),
  }),
  decode: (json) => {
    const role = roleOf(json);
    const username = text(json, "username");
    if (!role || username === "") return null;
    return {
      id: text(json, "id"),
      username,
      passwordHash: text(json, "password_hash"),
      role,
      createdAt: parseTime(json.created_at),
      updatedAt: parseTime(json.updated_at),
      tokenVersion: text(json, "token_version"),
      mustChangePassword: flag(json, "must_change_password"),
      providerSubject: text(json, "provider_subject"),
    };
  },
};

export const API_KEY_JSON: Codec<ApiKey> = {
  encode: (key) => ({
    id: key.id,
    name: key.name,
    description: key.description,
    role: key.role,
    key_hash: key.keyHash,
    key_prefix: key.keyPrefix,
    created_at: timeText(key.createdAt),
    updated_at: timeText(key.updatedAt),
    created_by: key.createdBy,
    ...(key.lastUsedAt === 0 ? {} : { last_used_at: timeText(key.lastUsedAt) }),
    ...(key.expiresAt === 0 ? {} : { expires_at: timeText(key.expiresAt) }),
    ...(key.dags === null ? {} : { dags: key.dags }),
  }),
  decode: (json) => {
    const role = roleOf(json);
    const expiresAt = parseTime(json.expires_at);
    // A limit that cannot be read must not turn into none.
    const damaged = json.expires_at !== undefined && expiresAt === 0 ||
      json.dags !== undefined && !Array.isArray(json.dags);
    if (!role || damaged) return null;
    return {
      id: text(json, "id"),
      name: text(json, "name"),
      description: text(json, "description"),
      role,
      keyHash: text(json, "key_hash"),
      keyPrefix: text(json, "key_prefix"),
      createdAt: parseTime(json.created_at),
      updatedAt: parseTime(json.updated_at),
      createdBy: text(json, "created_by"),
      lastUsedAt: parseTime(json.last_used_at),
      expiresAt,
      dags: json.dags === undefined ? null : texts(json, "dags"),
    };
  },
};

export const WEBHOOK_JSON: Codec<Webhook> = {
  encode: (webhook) => ({
    id: webhook.id,
    dagName: webhook.dagName,
    tokenHash: webhook.tokenHash,
    tokenPrefix: webhook.tokenPrefix,
    enabled: webhook.enabled,
    createdAt: timeText(webhook.createdAt),
    updatedAt: timeText(webhook.updatedAt),
    createdBy: webhook.createdBy,
    ...(webhook.lastUsedAt === 0 ? {} : { lastUsedAt: timeText(webhook.lastUsedAt) }),
  }),
  decode: (json) => {
    const dagName = text(json, "dagName");
    if (dagName === "") return null;
    return {
      id: text(json, "id"),
      dagName,
      tokenHash: text(json, "tokenHash"),
      tokenPrefix: text(json, "tokenPrefix"),
      enabled: flag(json, "enabled"),
      createdAt: parseTime(json.createdAt),
      updatedAt: parseTime(json.updatedAt),
      createdBy: text(json, "createdBy"),
      lastUsedAt: parseTime(json.lastUsedAt),
    };
  },
};

function roleOf(json: JsonObject): Role | null {
  return isRole(json.role) ? json.role : null;
}
