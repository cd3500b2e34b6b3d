/** The configuration in effect, with where each value comes from. */
import type { Config } from "../../config/config.ts";
import type { Origin } from "../../config/resolve.ts";

export interface Setting {
  readonly key: string;
  /** As JSON would hold it; secrets are masked. */
  readonly value: unknown;
  /** "" for the default. */
  readonly from: string;
}

const SECRET = /password|secret|token/i;
/** Keys that only sound like secrets. */
const PLAIN = new Set(["auth.builtin.token.ttl"]);
const MASK = "*******";

export function settingsOf(config: Config, origins: readonly Origin[]): Setting[] {
  return origins.map(({ key, place }) => ({ key, value: shown(key, valueOf(config, key)), from: place }));
}

function valueOf(config: Config, key: string): unknown {
  return key.split(".").reduce<unknown>((value, part) => (value as Record<string, unknown>)[part], config);
}

function shown(name: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => shown(name, item));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shown(key, one)]));
  }
  return SECRET.test(name) && !PLAIN.has(name) && typeof value === "string" && value !== "" ? MASK : value;
}
