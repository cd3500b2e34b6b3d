import { assertEquals } from "../../../../tests/assert.ts";
import { LineLength } from "./line_length.ts";

Deno.test("line length: very many runs are told of once, until they are fewer", () => {
  const told: unknown[] = [];
  const length = new LineLength((level, message, fields) => told.push([level, message, fields]));
  const look = (a: number, b: number) => length.look(new Map([["a", Array<null>(a)], ["b", Array<null>(b)]]));
  const warning = (waiting: number, inQueue: number) => [
    "WARN",
    "Very many runs wait in queues",
    { waiting: String(waiting), queue: "b", "in-queue": String(inQueue) },
  ];
  look(99, 900);
  assertEquals(told, []);
  for (const b of [901, 1000, 850, 905]) look(99, b);
  assertEquals(told, [warning(1000, 901)]);
  look(0, 899);
  look(0, 1500);
  assertEquals(told.slice(1), [warning(1500, 1500)]);
  length.look(new Map());
});
