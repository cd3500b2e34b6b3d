import { assertEquals, assertThrows } from "../../../tests/assert.ts";
import { WireError, WireReader, WireWriter } from "./bytes.ts";
import { bytes, flag, int, MAX_ENTRIES, message, part, parts, text, textMap, texts } from "./message.ts";

const Inner = message("Inner", { name: text(1), count: int(2, "int64") });
const Outer = message("Outer", {
  title: text(1),
  on: flag(2),
  inner: part(3, Inner),
  many: parts(4, Inner),
  labels: textMap(5),
  lines: texts(6),
  raw: bytes(1001),
});

Deno.test("what is not given is empty", () => {
  assertEquals(Outer.encode({}).length, 0);
  assertEquals(Outer.decode(new Uint8Array()), {
    title: "",
    on: false,
    inner: null,
    many: [],
    labels: {},
    lines: [],
    raw: new Uint8Array(),
  });
});

Deno.test("numbers of every size come back", () => {
  for (const number of [0, 1, 127, 128, 300, 2 ** 31, 2 ** 40 + 7, Number.MAX_SAFE_INTEGER, -1, -(2 ** 40)]) {
    const bytes = new WireWriter().varint(number).finish();
    assertEquals(new WireReader(bytes).varint(), number);
  }
});

Deno.test("fields that are not known are passed over", () => {
  const Newer = message("Outer", { title: text(1), extra: text(77), more: int(78), deep: part(79, Inner) });
  const wire = Newer.encode({ title: "a", extra: "b", more: 5, deep: { name: "c", count: 1 } });
  assertEquals(Outer.decode(wire).title, "a");
  const fixed = new WireWriter().tag(90, 5).finish();
  assertEquals(Outer.decode(new Uint8Array([...fixed, 1, 2, 3, 4, ...wire])).title, "a");
});

Deno.test("a key named __proto__ is a key", () => {
  const wire = Outer.encode({ labels: JSON.parse('{"__proto__":"x"}') });
  assertEquals(Object.entries(Outer.decode(wire).labels), [["__proto__", "x"]]);
});

Deno.test("bytes that are no message are refused, whatever they are", () => {
  const whole = Outer.encode({
    title: "title",
    inner: { name: "name", count: 2 ** 40 },
    many: [{ name: "a", count: 1 }],
    labels: { a: "b" },
    raw: new Uint8Array(20),
  });
  let refused = 0;
  for (let length = 1; length < whole.length; length++) {
    try {
      Outer.decode(whole.subarray(0, length));
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      refused++;
    }
  }
  assertEquals(refused > whole.length / 2, true);
  assertThrows(() => Outer.decode(new Uint8Array([8, 1])), WireError); // a text as a number
  assertThrows(() => Outer.decode(new Uint8Array([11])), WireError); // a kind that there is not
  assertThrows(() => new WireReader(new Uint8Array(12).fill(255)).varint(), WireError);
});

Deno.test("lists and maps are read up to a bound, and in a time that grows with their length only", () => {
  const many = Array.from({ length: MAX_ENTRIES }, (_, count) => ({ name: "", count }));
  const keys = many.map(({ count }) => [`k${count}`, ""] as const);
  const lines = keys.map(([key]) => key);
  const wire = Outer.encode({ many, labels: Object.fromEntries(keys), lines });
  const read = Outer.decode(wire);
  assertEquals([read.many.at(-1)?.count, Object.keys(read.labels).length], [MAX_ENTRIES - 1, MAX_ENTRIES]);
  assertEquals(read.lines, lines);
  const oneMore = (more: Uint8Array) => () => Outer.decode(new Uint8Array([...wire, ...more]));
  assertThrows(oneMore(Outer.encode({ many: [{ name: "", count: 1 }] })), WireError, "Field 4 has more than");
  assertThrows(oneMore(Outer.encode({ labels: { k1: "again" } })), WireError, "Field 5 has more than");
  assertThrows(oneMore(Outer.encode({ lines: [""] })), WireError, "Field 6 has more than");
});
