import { assertEquals } from "../../../tests/assert.ts";
import { Folds } from "./folds.ts";

const MARKS = [
  { line: 3, text: "::group::Build" },
  { line: 6, text: "::endgroup::" },
  { line: 8, text: "::group:: Test " },
  { line: 11, text: "::group::Publish" },
];

const rows = (folds: Folds, lines: number) =>
  Array.from({ length: folds.rows(lines) }, (_, row) => folds.lineAt(row));

Deno.test("groups end at their end, or where the next one begins", () => {
  const folds = new Folds();
  folds.take(MARKS, false);
  assertEquals(folds.all, [
    { first: 3, last: 6, title: "Build" },
    { first: 8, last: 10, title: "Test" },
    { first: 11, last: 0, title: "Publish" },
  ]);
  assertEquals(folds.rows(12), 12);
});

Deno.test("a folded group is one row", () => {
  const folds = new Folds();
  folds.take(MARKS, true);
  assertEquals(rows(folds, 12), [1, 2, 3, 7, 8, 11, 12]);
  assertEquals([1, 3, 5, 6, 7, 9, 11, 12].map((line) => folds.rowOf(line)), [0, 2, 2, 2, 3, 4, 5, 6]);
  folds.toggle(3);
  assertEquals(rows(folds, 12), [1, 2, 3, 4, 5, 6, 7, 8, 11, 12]);
  folds.show(9);
  assertEquals(folds.rows(12), 12);
  folds.foldAll(true);
  assertEquals(folds.rows(12), 7);
});

Deno.test("a group that was unfolded stays so when others are added", () => {
  const folds = new Folds();
  folds.take(MARKS.slice(0, 2), true);
  folds.toggle(3);
  folds.take(MARKS, true);
  assertEquals([folds.isFolded(3), folds.isFolded(8)], [false, true]);
});
