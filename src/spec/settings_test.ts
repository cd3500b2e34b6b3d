import { assertEquals } from "../../tests/assert.ts";
import { settingsOf } from "./settings.ts";

const base = {
  file: "/base.yaml",
  text: "timeoutSec: 60\nenv:\n  - A: 1\nsmtp:\n  host: mail\n  password: hush\n",
};
const found = (text: string, name: string, under: typeof base | null = base) => {
  const setting = settingsOf({ text, file: "/dag.yaml", base: under }).find((one) => one.name === name);
  return setting && [setting.value, setting.from, setting.line];
};

Deno.test("each setting tells where it comes from", () => {
  const text = "steps:\n  - command: x\nmaxActiveRuns: 3\nenv:\n  - B: 2\n";
  assertEquals(found(text, "maxActiveRuns"), [3, "file", 3]);
  assertEquals(found(text, "timeoutSec"), [60, "base", 1]);
  assertEquals(found(text, "timeout_sec", null), undefined);
  assertEquals(found(text, "timeoutSec", null), [0, "default", 0]);
  assertEquals(found(text, "env")?.slice(0, 2), [[{ A: 1 }, { B: 2 }], "both"]);
  assertEquals(found("timeout_sec: 5", "timeoutSec"), [5, "file", 1]);
});

Deno.test("steps are no setting, and secrets of the base configuration stay secret", () => {
  assertEquals(found("steps:\n  - command: x\n", "steps"), undefined);
  assertEquals(found("", "smtp"), [{ host: "mail", password: "••••••" }, "base", 4]);
});

Deno.test("a text that is no map leaves the base configuration", () => {
  assertEquals(found("- a\n", "timeoutSec"), [60, "base", 1]);
  assertEquals(found("a: [", "timeoutSec"), [60, "base", 1]);
});
