import { assertEquals } from "../../../tests/assert.ts";
import { basename, dirname, extname, isInside, join, normalize, relative, resolve } from "./path.ts";

Deno.test("normalize resolves dots and doubled slashes", () => {
  assertEquals(normalize("/a//b/./c/../d/"), "/a/b/d");
  assertEquals(normalize("/../a"), "/a");
  assertEquals(normalize("../../a"), "../../a");
  assertEquals(normalize("a/.."), ".");
  assertEquals(normalize(""), ".");
  assertEquals(normalize("/"), "/");
});

Deno.test("join leaves empty parts out", () => {
  assertEquals(join("/a", "", "b", "../c"), "/a/c");
  assertEquals(join("", "x"), "x");
});

Deno.test("resolve starts anew at an absolute path", () => {
  assertEquals(resolve("/base", "a", "b"), "/base/a/b");
  assertEquals(resolve("/base", "/x", "y"), "/x/y");
  assertEquals(resolve("/base", ""), "/base");
});

Deno.test("dirname, basename and extname", () => {
  assertEquals(dirname("/a/b/"), "/a");
  assertEquals(dirname("/a"), "/");
  assertEquals(dirname("a"), ".");
  assertEquals(basename("/a/b.yaml"), "b.yaml");
  assertEquals(basename("/a/b.yaml", ".yaml"), "b");
  assertEquals(basename(".yaml", ".yaml"), ".yaml");
  assertEquals(basename("/"), "/");
  assertEquals(extname("x.tar.gz"), ".gz");
  assertEquals(extname(".env"), "");
  assertEquals(extname("/a.b/c"), "");
});

Deno.test("relative and isInside", () => {
  assertEquals(relative("/a/b", "/a/c/d"), "../c/d");
  assertEquals(relative("/a", "/a"), ".");
  assertEquals(isInside("/a", "/a/b"), true);
  assertEquals(isInside("/a", "/a"), true);
  assertEquals(isInside("/a", "/ab"), false);
  assertEquals(isInside("/a", "/a/../b"), false);
  assertEquals(isInside("/a", "/a/..b"), true);
});
