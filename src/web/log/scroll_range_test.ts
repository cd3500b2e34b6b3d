import { assert, assertEquals } from "../../../tests/assert.ts";
import { MAX_HEIGHT, ScrollRange } from "./scroll_range.ts";

Deno.test("few rows scroll as they are", () => {
  const range = new ScrollRange(18);
  range.resize(100, 180);
  assertEquals(range.height, 1800);
  range.scrolled(90);
  assertEquals(range.top, 5);
  assertEquals(range.goToEnd(), 1620);
  assert(range.atEnd);
  assertEquals(range.reveal(95), 1620);
  range.reveal(40);
  assert(range.top < 40 && range.top + 10 > 40);
});

Deno.test("a row less than fits is at its end", () => {
  const range = new ScrollRange(18);
  assertEquals(range.resize(3, 180), 0);
  assert(range.atEnd);
});

Deno.test("eleven million rows: wheels move rows, the bar jumps, both ends are reached", () => {
  const rows = 11_000_000;
  const range = new ScrollRange(18);
  range.resize(rows, 900);
  assertEquals(range.height, MAX_HEIGHT);
  let at = range.goTo(5_000_000);
  for (let i = 0; i < 10; i++) range.scrolled(at += 90);
  assert(Math.abs(range.top - 5_000_050) < 0.001, `${range.top}`);
  range.scrolled(at = range.settle());
  assert(Math.abs(range.top - 5_000_050) < 0.001);
  range.scrolled(MAX_HEIGHT / 2);
  assert(Math.abs(range.top - rows / 2) < rows / 100);
  range.scrolled(MAX_HEIGHT - 900);
  assertEquals(range.top, rows - 50);
  range.scrolled(0);
  assertEquals(range.top, 0);
});

Deno.test("rows that are added do not move what is seen", () => {
  const range = new ScrollRange(18);
  range.resize(1000, 180);
  range.goTo(500);
  range.resize(5_000_000, 180);
  assertEquals(range.top, 500);
});
