import { assertEquals } from "../../tests/assert.ts";
import { KEYS } from "./keys.ts";
import { configTemplate } from "./template.ts";
import { parseConfigFile } from "./yaml_file.ts";

Deno.test("template: nothing in it counts", () => {
  assertEquals(parseConfigFile("config.yaml", configTemplate({})).values, null);
});

Deno.test("template: without the signs every line is a setting that exists", () => {
  const text = configTemplate({ "paths.dagsDir": "/d", "paths.dataDir": "/e", "paths.logDir": "/f" });
  const { values } = parseConfigFile("config.yaml", text.replace(/^#(?=\w| {2})/gm, ""));
  const keys: string[] = [];
  const collect = (value: unknown, path: string) => {
    if (typeof value !== "object" || Array.isArray(value)) keys.push(path);
    else {for (const [name, one] of Object.entries(value!)) {
        collect(one, path === "" ? name : `${path}.${name}`);
      }}
  };
  collect(values, "");
  assertEquals(keys.filter((key) => !KEYS.some((spec) => spec.key === key)), []);
  assertEquals(keys.length, 14);
});
