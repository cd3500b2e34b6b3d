import { assert, assertEquals } from "../../../tests/assert.ts";
import type { Config } from "../../config/config.ts";
import type { KeySpec } from "../../config/key_spec.ts";
import { KEYS } from "../../config/keys.ts";
import { shownSettings } from "./shown_settings.ts";

/** A configuration in which each value tells which key it belongs to. */
function marked(): Config {
  const config: Record<string, unknown> = {};
  for (const { key, type } of KEYS as readonly KeySpec[]) {
    const names = key.split(".");
    const last = names.pop()!;
    const at = names.reduce((at, name) => (at[name] ??= {}) as Record<string, unknown>, config);
    at[last] = type === "nodes"
      ? [{ name: "far", authToken: "hidden-token", basicAuthPassword: "hidden-password" }]
      : type === "queues" || type === "list"
      ? []
      : type === "labels"
      ? { zone: "eu" }
      : type === "duration" || type === "int" || type === "port"
      ? 2000
      : type === "bool"
      ? true
      : `value of ${key}`;
  }
  return config as Config;
}

Deno.test("settings are shown, all of them but secrets", () => {
  const shown = shownSettings(marked());
  assertEquals(shown.length, KEYS.length);
  for (const { key, value } of shown) {
    const secret = /password|secret|token/i.test(key.split(".").slice(-2).join(".")) &&
      value.startsWith("value of");
    assert(!secret || /ttl|file/i.test(key), `${key} is shown: ${value}`);
  }
  assert(!JSON.stringify(shown).includes("hidden"), "a secret of another server is shown");
  assertEquals(shown.find(({ key }) => key === "paths.dagsDir")?.value, "value of paths.dagsDir");
  assertEquals(shown.find(({ key }) => key === "auth.oidc.clientSecret")?.value, "*******");
  assertEquals(shown.find(({ key }) => key === "auth.builtin.token.secret")?.value, "*******");
});
