import { assertEquals, assertThrows } from "../../../tests/assert.ts";
import { entryName, linkStays, targetPath } from "./entry_path.ts";
import { ArchiveError } from "./request.ts";

Deno.test("entry path: names that lead elsewhere are refused", () => {
  for (
    const name of ["../x", "a/../../x", "/etc/passwd", "..", "C:\\x", "c:/x", "a\\..\\x", "a\0b", "a/.."]
  ) {
    assertThrows(() => entryName(name), ArchiveError);
  }
});

Deno.test("entry path: empty and dot parts are left out", () => {
  assertEquals(["./a//b/", "a/./b", "./", "..a/b..", "a"].map(entryName), ["a/b", "a/b", "", "..a/b..", "a"]);
});

Deno.test("entry path: parts cut off, and folders left out", () => {
  assertEquals(targetPath("a/b/c", 1, true), "b/c");
  assertEquals(targetPath("a/b/c", 3, true), "");
  assertEquals(targetPath("a/b/c", 0, false), "c");
});

Deno.test("entry path: links that stay, and those that do not", () => {
  const stays: [string, string, boolean][] = [
    ["a/b", "c", true],
    ["a/b", "../c", true],
    ["a/b", "../../c", false],
    ["a", "../c", false],
    ["a/b", "c/../../../d", false],
    ["a", "/etc/passwd", false],
    ["a", "", false],
  ];
  for (const [path, target, expected] of stays) {
    assertEquals(linkStays(path, target), expected, `${path} -> ${target}`);
  }
});
