import { assertEquals } from "../../../../tests/assert.ts";
import { Random } from "../../../../tests/fakes/random.ts";
import { LineIndex } from "../../../platform/logs/line_index.ts";
import type { LogMark } from "../../../platform/logs/log_marks.ts";
import { type Stream, TimedLog } from "./timed_log.ts";

/** Files whose streams were written to as `writes` says, with a mark after each. */
async function withLog(
  writes: readonly (readonly [Stream, string])[],
  work: (log: (...streams: Stream[]) => TimedLog) => void,
): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "timed-" });
  try {
    const texts = { stdout: "", stderr: "" };
    const times = { stdout: 0, stderr: 0 };
    const marks: LogMark[] = writes.map(([stream, text], i) => {
      texts[stream] += text;
      times[stream] = i + 1;
      return {
        stdout: { size: texts.stdout.length, time: times.stdout },
        stderr: { size: texts.stderr.length, time: times.stderr },
      };
    });
    const open = async (stream: Stream) => {
      Deno.writeTextFileSync(`${dir}/${stream}`, texts[stream]);
      const index = new LineIndex(`${dir}/${stream}`);
      await index.update();
      return { index, lastTime: times[stream] };
    };
    const all = { stdout: await open("stdout"), stderr: await open("stderr") };
    // Whatever came after the last mark has only the end of its file.
    marks.pop();
    const log = (...streams: Stream[]) =>
      new TimedLog({
        stdout: streams.includes("stdout") ? all.stdout : null,
        stderr: streams.includes("stderr") ? all.stderr : null,
      }, marks);
    work(log);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

const texts = (log: TimedLog, first = 1, count = 1000) => log.read(first, count).map((line) => line.text);

Deno.test("timed log: lines of both streams in the order in which they were written, with their times", () =>
  withLog([
    ["stdout", "o1\no2\n"],
    ["stderr", "e1\n"],
    ["stdout", "o3 begins"],
    ["stderr", "e2\n"],
    ["stdout", ", and ends\n"],
    ["stderr", "e3"],
  ], (log) => {
    const both = log("stdout", "stderr");
    assertEquals(both.lines, 6);
    assertEquals(both.read(1, 10).map((line) => `${line.time} ${line.stream} ${line.text}`), [
      "1 stdout o1",
      "1 stdout o2",
      "2 stderr e1",
      "4 stderr e2",
      "5 stdout o3 begins, and ends",
      "6 stderr e3",
    ]);
    assertEquals(texts(both, 3, 2), ["e1", "e2"]);
    assertEquals(texts(both, 7, 2), []);
    assertEquals(log("stderr").read(2, 9).map((line) => [line.text, line.time]), [["e2", 4], ["e3", 6]]);
  }));

Deno.test("timed log: nothing was written", () =>
  withLog([], (log) => assertEquals([log("stdout", "stderr").lines, texts(log("stdout"))], [0, []])));

Deno.test("timed log: any part of it, and what a search finds, are those of the whole", async () => {
  const random = new Random(7);
  for (let round = 0; round < 20; round++) {
    const order: string[] = [];
    const writes = Array.from({ length: 1 + random.below(40) }, (): [Stream, string] => {
      const stream = random.pick(["stdout", "stderr"] as const);
      const lines = Array.from(
        { length: 1 + random.below(5) },
        (_, i) => `${stream} ${order.length + i} ${"x".repeat(random.below(9))}`,
      );
      order.push(...lines);
      return [stream, lines.map((line) => `${line}\n`).join("")];
    });
    await withLog(writes, (log) => {
      const both = log("stdout", "stderr");
      assertEquals(both.lines, order.length);
      for (let i = 0; i < 20; i++) {
        const first = 1 + random.below(order.length);
        const count = 1 + random.below(20);
        assertEquals(texts(both, first, count), order.slice(first - 1, first - 1 + count));
        const found = [...both.find(first, (text) => text.includes("x"))].filter((hit) => hit.text !== null);
        const expected = order.flatMap((text, at) =>
          at >= first - 1 && text.includes("x") ? [{ line: at + 1, text }] : []
        );
        assertEquals(found, expected);
      }
    });
  }
});
