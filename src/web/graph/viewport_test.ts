import { assert, assertEquals } from "../../../tests/assert.ts";
import { fit, open, zoom } from "./viewport.ts";

const VIEW = { width: 800, height: 400 };

Deno.test("a small picture is shown in the middle, as large as it is", () => {
  assertEquals(fit({ width: 200, height: 100 }, VIEW), { scale: 1, left: 300, top: 150 });
});

Deno.test("a large picture opens at the place that matters, without needless room beside it", () => {
  const huge = { width: 40_000, height: 300 };
  const port = open(huge, VIEW, { x: 0, y: 150 });
  assertEquals([port.scale, port.left], [0.8, 24]);
  const middle = open(huge, VIEW, { x: 20_000, y: 150 });
  assertEquals(20_000 * middle.scale + middle.left, 400);
  assert(fit(huge, VIEW).scale < 0.1);
});

Deno.test("what is under the pointer stays there", () => {
  const port = zoom({ scale: 1, left: 10, top: 20 }, 1.5, 110, 220);
  assertEquals(port, { scale: 1.5, left: -40, top: -80 });
  assertEquals(zoom(port, 1000, 0, 0).scale, 2.5);
});
