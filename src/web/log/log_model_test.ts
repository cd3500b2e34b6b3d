import { assert, assertEquals } from "../../../tests/assert.ts";
import { Random } from "../../../tests/fakes/random.ts";
import { LogModel } from "./log_model.ts";
import type { LogPart, LogPiece, LogSource } from "./log_source.ts";

/** A log that grows, whose answers and news come late, in their order. */
class FakeLog implements LogSource {
  text = "";
  told = 0;
  counted = true;
  asked = 0;
  readonly #late: (() => void)[] = [];

  constructor(text = "") {
    this.text = text;
    this.told = text.length;
  }

  get all(): string[] {
    const lines = this.text.split("\n");
    if (lines.at(-1) === "") lines.pop();
    return lines;
  }

  tail(count: number): Promise<LogPart> {
    const lines = this.all;
    const part = lines.slice(-count);
    return this.#answer(part, this.counted ? lines.length - part.length + 1 : 0);
  }

  lines(first: number, count: number): Promise<LogPart> {
    this.counted = true;
    return this.#answer(this.all.slice(first - 1, first - 1 + count), first);
  }

  search() {
    return Promise.resolve({ hits: [], next: 0 });
  }

  /** What was added since it was told last. */
  piece(most = Infinity): LogPiece {
    const { length } = this.text;
    const skipped = length - this.told > most;
    const offset = skipped ? length - most : this.told;
    this.told = length;
    return { offset, text: this.text.slice(offset), size: length, skipped };
  }

  /** Lets one answer arrive. */
  async arrive(): Promise<boolean> {
    const next = this.#late.shift();
    next?.();
    for (let i = 0; i < 10; i++) await Promise.resolve();
    return next !== undefined;
  }

  async settle(): Promise<void> {
    do for (let i = 0; i < 10; i++) await Promise.resolve(); while (await this.arrive());
  }

  #answer(lines: readonly string[], first: number): Promise<LogPart> {
    this.asked++;
    const total = this.counted ? this.all.length : this.all.length + 37;
    const part: LogPart = {
      lines,
      first,
      total,
      estimated: !this.counted,
      size: this.text.length,
      open: this.text !== "" && !this.text.endsWith("\n"),
      ended: false,
    };
    return new Promise((resolve) => this.#late.push(() => resolve(part)));
  }
}

function modelOf(source: FakeLog, wait: () => Promise<void> = () => Promise.resolve()): LogModel {
  return new LogModel({
    source,
    onChange: () => {},
    onTrouble: (error) => {
      throw error;
    },
    now: () => 1000 + source.text.length,
    wait,
  });
}

/** All lines, each asked for until it is there. */
async function allLines(model: LogModel, source: FakeLog): Promise<string[]> {
  const lines: string[] = [];
  for (let line = 1; line <= model.total; line++) {
    for (let tries = 0; !model.line(line) && tries < 5; tries++) await source.settle();
    lines.push(model.line(line)?.text ?? "MISSING");
  }
  return lines;
}

const numbered = (count: number) => Array.from({ length: count }, (_, i) => `line ${i + 1}\n`).join("");

Deno.test("the end comes first, other parts when they are looked at", async () => {
  const source = new FakeLog(numbered(100_000));
  const model = modelOf(source);
  model.open();
  await source.settle();
  assertEquals(model.total, 100_000);
  assertEquals(model.line(100_000)?.text, "line 100000");
  assertEquals(source.asked, 1);
  assertEquals(model.line(5000), undefined);
  await source.settle();
  assertEquals(model.line(5000)?.text, "line 5000");
  assertEquals(model.line(4801)?.text, "line 4801");
  assertEquals(source.asked, 2);
});

Deno.test("no line is lost or told twice, however pieces and answers meet", async () => {
  for (let seed = 0; seed < 150; seed++) {
    const random = new Random(seed);
    const source = new FakeLog(numbered(random.below(900)));
    const model = modelOf(source);
    model.open();
    let n = 0;
    for (let step = 0; step < 120; step++) {
      const what = random.below(6);
      if (what === 0) await source.arrive();
      else if (what === 1) model.append(source.piece(random.chance(0.2) ? 30 : Infinity));
      else if (what === 2) model.line(1 + random.below(Math.max(1, model.total)));
      else if (what === 3 && random.chance(0.1)) source.piece();
      else {
        for (let i = random.below(40); i >= 0; i--) {
          source.text += `more ${n++}${random.chance(0.9) ? "\n" : ","}`;
        }
      }
    }
    await source.settle();
    model.append(source.piece());
    await source.settle();
    await caughtUp(model, source);
    assertEquals(await allLines(model, source), source.all, `Seed ${seed}`);
  }
});

async function caughtUp(model: LogModel, source: FakeLog): Promise<void> {
  model.catchUp();
  await source.settle();
}

Deno.test("a log whose lines are not counted shows its end, and is put right when they are", async () => {
  const source = new FakeLog(numbered(1000));
  source.counted = false;
  let counted = () => {};
  const model = modelOf(source, () => new Promise((resolve) => counted = resolve));
  model.open();
  await source.settle();
  assert(model.estimated);
  assertEquals(model.line(model.total)?.text, "line 1000");
  assertEquals(model.line(1), undefined);
  source.counted = true;
  counted();
  await source.settle();
  assert(!model.estimated);
  assertEquals(model.total, 1000);
  assertEquals(model.line(1000)?.text, "line 1000");
});

Deno.test("colours go on from the lines before a window", async () => {
  const source = new FakeLog(numbered(390) + "\x1b[31mred\n" + numbered(500));
  const model = modelOf(source);
  model.open();
  await source.settle();
  model.line(401);
  await source.settle();
  assertEquals(model.line(401)?.style.fg, 1);
  model.line(390);
  await source.settle();
  assertEquals(model.line(390)?.style.fg, null);
});

Deno.test("lines that came while it was looked at have their time", async () => {
  const source = new FakeLog("a\n");
  const model = modelOf(source);
  model.open();
  await source.settle();
  source.text += "b\nc\n";
  model.append(source.piece());
  assertEquals([1, 2, 3].map((line) => model.timeOf(line)), [0, 1006, 1006]);
});

Deno.test("memory is bounded by what is looked at", async () => {
  const source = new FakeLog(numbered(50_000));
  const model = modelOf(source);
  model.open();
  await source.settle();
  for (let line = 1; line < 50_000; line += 200) {
    model.line(line);
    await source.settle();
  }
  const there = Array.from({ length: 50_000 }, (_, i) => i + 1).filter((line) => model.line(line));
  assert(there.length <= 60 * 200, `${there.length} lines are kept`);
});
