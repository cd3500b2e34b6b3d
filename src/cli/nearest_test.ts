import { assertEquals } from "../../tests/assert.ts";
import { nearest } from "./nearest.ts";

Deno.test("nearest: finds the word that was meant", () => {
  const words = ["start", "status", "stop", "retry", "restart", "history", "validate", "version"];
  assertEquals(nearest("strat", words), "start");
  assertEquals(nearest("stat", words), "start");
  assertEquals(nearest("statsu", words), "status");
  assertEquals(nearest("histroy", words), "history");
  assertEquals(nearest("vaildate", words), "validate");
  assertEquals(nearest("VERSION", words), "version");
  assertEquals(nearest("hist", words), "history");
});

Deno.test("nearest: says nothing when nothing is near", () => {
  assertEquals(nearest("launch", ["start", "stop"]), "");
  assertEquals(nearest("x", ["start"]), "");
  assertEquals(nearest("", ["start"]), "");
});
