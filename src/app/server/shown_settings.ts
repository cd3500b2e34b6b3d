/** The settings in effect, for people: as texts, without secrets. */
import type { Config } from "../../config/config.ts";
import type { KeySpec } from "../../config/key_spec.ts";
import { KEYS } from "../../config/keys.ts";
import type { ShownSetting } from "../../services/server/shown_settings.ts";

const SECRET = /(?:password|secret|token|token\.value)$/i;
const COVERED = "*******";

export function shownSettings(config: Config): ShownSetting[] {
  return (KEYS as readonly KeySpec[]).map(({ key, type, doc }) => {
    const value = textOf(valueAt(config, key), type);
    return { key, value: value !== "" && SECRET.test(key) ? COVERED : value, about: doc };
  });
}

function valueAt(config: Config, key: string): unknown {
  return key.split(".").reduce<unknown>(
    (at, name) => (at as Record<string, unknown> | undefined)?.[name],
    config,
  );
}

function textOf(value: unknown, type: KeySpec["type"]): string {
  if (type === "duration") return `${Number(value) / 1000} s`;
  if (type === "nodes" || type === "queues") {
    return (value as readonly { name: string }[]).map(({ name }) => name).join(", ");
  }
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value === "object" && value !== null) {
    const sign = type === "labelRules" ? ": " : "=";
    return Object.entries(value).map(([name, one]) => `${name}${sign}${one}`).join(", ");
  }
  return value === undefined ? "" : String(value);
}
