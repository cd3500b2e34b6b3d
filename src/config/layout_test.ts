import { assertEquals } from "../../tests/assert.ts";
import { expandPath, findLayout, type LayoutInput } from "./layout.ts";

const find = (change: Partial<LayoutInput>) =>
  findLayout({ flag: "", env: {}, userHome: "/u", cwd: "/w", legacyHomeExists: () => false, ...change });

Deno.test("layout: the flag wins over DAGU_HOME, relative ones are made absolute", () => {
  const layout = find({ flag: "f", env: { DAGU_HOME: "/e" } });
  assertEquals(layout.kind, "unified");
  assertEquals(layout.home, "/w/f");
  assertEquals(layout.configFile, "/w/f/config.yaml");
  assertEquals(find({ env: { DAGU_HOME: "e" } }).dataDir, "/w/e/data");
  assertEquals(find({ env: { DAGU_HOME: "~/d" } }).home, "/u/d");
});

Deno.test("layout: an existing ~/.dagu is used, and said to be old", () => {
  const layout = find({ legacyHomeExists: () => true });
  assertEquals([layout.home, layout.legacy], ["/u/.dagu", true]);
});

Deno.test("layout: XDG folders; XDG_CONFIG_HOME is not looked at", () => {
  const layout = find({ env: { XDG_CONFIG_HOME: "/c" } });
  assertEquals(layout.kind, "xdg");
  assertEquals(layout.home, "");
  assertEquals(layout.configFile, "/u/.config/dagu/config.yaml");
  assertEquals(layout.dagsDir, "/u/.config/dagu/dags");
  assertEquals(layout.dataDir, "/u/.local/share/dagu/data");
  assertEquals(find({ env: { XDG_DATA_HOME: "/x" } }).logDir, "/x/dagu/logs");
  assertEquals(find({ env: { XDG_DATA_HOME: "/x" } }).suspendFlagsDir, "/x/dagu/suspend");
});

Deno.test("layout: without a home folder of the user all stands below the current folder", () => {
  const layout = find({ userHome: "" });
  assertEquals([layout.configFile, layout.dataDir], [
    "/w/.config/dagu/config.yaml",
    "/w/.local/share/dagu/data",
  ]);
});

Deno.test("layout: expandPath replaces ~ and variables, unknown ones by nothing", () => {
  const env = { A: "a" };
  assertEquals(expandPath("$A/${A}b/$B", env, "/u"), "a/ab/");
  assertEquals(expandPath("~", env, "/u"), "/u");
  assertEquals(expandPath("~/x/~", env, "/u"), "/u/x/~");
  assertEquals(expandPath("~bob/x", env, "/u"), "~bob/x");
});
