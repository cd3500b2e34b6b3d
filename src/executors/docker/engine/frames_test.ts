import { assertEquals } from "../../../../tests/assert.ts";
import { Frames } from "./frames.ts";

function frame(stream: number, text: string): number[] {
  const bytes = new TextEncoder().encode(text);
  const head = new Uint8Array(8);
  head[0] = stream;
  new DataView(head.buffer).setUint32(4, bytes.length);
  return [...head, ...bytes];
}

Deno.test("frames: streams are told apart however the pieces are cut", () => {
  const whole = new Uint8Array([
    ...frame(1, "out ä"),
    ...frame(2, "err"),
    ...frame(1, ""),
    ...frame(1, "more"),
  ]);
  for (let size = 1; size <= whole.length; size++) {
    const frames = new Frames();
    const texts: Record<string, number[]> = { stdout: [], stderr: [] };
    for (let at = 0; at < whole.length; at += size) {
      for (const part of frames.push(whole.subarray(at, at + size))) texts[part.stream]!.push(...part.bytes);
    }
    const text = (stream: string) => new TextDecoder().decode(new Uint8Array(texts[stream]!));
    assertEquals([text("stdout"), text("stderr")], ["out ämore", "err"], `Pieces of ${size}`);
  }
});

Deno.test("frames: a frame of more than 2 GiB is announced right", () => {
  const frames = new Frames();
  const head = new Uint8Array([1, 0, 0, 0, 0xff, 0, 0, 0]);
  assertEquals([...frames.push(head)].length, 0);
  assertEquals([...frames.push(new Uint8Array(9))].map((part) => part.bytes.length), [9]);
});
