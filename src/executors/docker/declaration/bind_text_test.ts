import { assertEquals, assertThrows } from "../../../../tests/assert.ts";
import { DaguError } from "../../../core/errors.ts";
import { bindText } from "./bind_text.ts";

Deno.test("volumes: relative sources are below the folder, names and paths stay", () => {
  assertEquals(bindText("./data:/d:ro", "/srv/dir"), "/srv/dir/data:/d:ro");
  assertEquals(bindText("../up:/d", "/srv/dir"), "/srv/up:/d");
  assertEquals(bindText(".:/d", "/srv/dir"), "/srv/dir:/d");
  assertEquals(bindText("/abs:/d:rw,z", "/work"), "/abs:/d:rw,z");
  assertEquals(bindText("named:/d", "/work"), "named:/d");
});

Deno.test("volumes: other forms are refused", () => {
  for (const text of ["/only", ":/d", "a:relative", "a:/d:ro:more"]) {
    assertThrows(() => bindText(text, "/work"), DaguError, `Cannot mount the volume "${text}"`);
  }
});
