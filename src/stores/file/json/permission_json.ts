/** Permissions as they stand in records: kinds that are not known and entries that are no texts count as absent. */
import {
  PERMISSION_KINDS,
  type PermissionDecl,
  type PermissionSet,
  type PermissionUse,
} from "../../../core/permissions.ts";
import { isObject, text, texts } from "./json_read.ts";

export function permissionsFromJson(json: unknown): PermissionSet | null {
  if (!isObject(json)) return null;
  const kinds = PERMISSION_KINDS.filter((kind) => Array.isArray(json[kind]));
  return Object.fromEntries(kinds.map((kind) => [kind, texts(json, kind)]));
}

export function declFromJson(json: unknown): PermissionDecl | null {
  if (!isObject(json)) return null;
  const whole = PERMISSION_KINDS.filter((kind) => json[kind] === true);
  return { ...permissionsFromJson(json), ...Object.fromEntries(whole.map((kind) => [kind, true as const])) };
}

export function useFromJson(json: unknown): PermissionUse | null {
  if (!isObject(json)) return null;
  return { permissions: permissionsFromJson(json.permissions) ?? {}, unknown: text(json, "unknown") };
}
