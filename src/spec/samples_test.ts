import type { Dag } from "../core/dag.ts";
import { formatIssue, SpecError } from "../core/errors.ts";
import { assert, assertEquals } from "../../tests/assert.ts";
import backup from "../../tests/data/dags/backup.yaml" with { type: "text" };
import containers from "../../tests/data/dags/containers.yaml" with { type: "text" };
import etl from "../../tests/data/dags/nightly_etl.yaml" with { type: "text" };
import fanOut from "../../tests/data/dags/fan_out.yaml" with { type: "text" };
import healthChecks from "../../tests/data/dags/health_checks.yaml" with { type: "text" };
import camel from "../../tests/data/dags/kitchen_sink_camel.yaml" with { type: "text" };
import snake from "../../tests/data/dags/kitchen_sink_snake.yaml" with { type: "text" };
import { checkDag, loadDag } from "./load.ts";

const SAMPLES = { backup, containers, etl, fanOut, healthChecks, camel, snake };

function load(name: keyof typeof SAMPLES): Dag {
  return loadDag({ text: SAMPLES[name], file: `/dags/${name}.yaml` });
}

Deno.test("samples: all load", () => {
  for (const name of Object.keys(SAMPLES) as (keyof typeof SAMPLES)[]) {
    assert(load(name).steps.length > 0, name);
  }
});

Deno.test("samples: both styles of keys give equal DAGs", () => {
  const one = { ...load("camel"), location: "", source: "" };
  const other = { ...load("snake"), location: "", source: "" };
  assertEquals(one, other);
});

Deno.test("samples: the kitchen sink sets every field", () => {
  const empty = loadDag({ text: "steps: []", file: "/x.yaml" });
  const full = load("camel");
  const rest = ["localDags", "container"];
  for (const key of Object.keys(empty) as (keyof Dag)[]) {
    if (rest.includes(key)) continue;
    assert(JSON.stringify(full[key]) !== JSON.stringify(empty[key]), `${key} is not set`);
  }
  const plain = loadDag({ text: "steps: [x]", file: "/x.yaml" }).steps[0];
  for (const key of Object.keys(plain) as (keyof typeof plain)[]) {
    if (["params", "script", "llm", "messages"].includes(key)) continue;
    assert(
      full.steps.some((step) => JSON.stringify(step[key]) !== JSON.stringify(plain[key])),
      `${key} of a step is not set`,
    );
  }
});

Deno.test("samples: what they mean", () => {
  const nightly = load("etl");
  assertEquals(nightly.steps.map((step) => `${step.name}<${step.depends}`), [
    "prepare<",
    "orders<prepare",
    "customers<prepare",
    "join<orders,customers",
    "load<join",
  ]);
  assertEquals(nightly.params.defaults[1], { name: "BATCH", value: "1000" });
  assertEquals(nightly.steps[4].commands.length, 2);
  const regions = load("fanOut");
  assertEquals(Object.keys(regions.localDags), ["region", "leaf"]);
  assertEquals(regions.steps[1].depends, ["list regions"]);
  assertEquals(regions.localDags.region.params.defaults.length, 2);
  assertEquals(load("backup").steps.map((step) => step.executor.type), [
    "command",
    "archive",
    "ssh",
    "shell",
  ]);
  assertEquals(load("containers").steps.map((step) => step.executor.type), [
    "container",
    "container",
    "docker",
    "hitl",
    "chat",
  ]);
  assertEquals(load("healthChecks").steps.map((step) => step.name), ["health", "parse", "alarm"]);
});

/** Numbers from 0 to `below`, the same for the same seed (xorshift32). */
function randomSource(seed: number): (below: number) => number {
  let state = seed | 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const PIECES = [
  "\t",
  "[",
  "]",
  "{",
  "}",
  '"',
  "'",
  ":",
  ": ",
  "- ",
  "|",
  "&a ",
  "*a",
  "<<: ",
  "!!int ",
  "#",
  "---\n",
]
  .concat([
    "\n",
    "\r",
    "\u0000",
    "\ud800",
    "~",
    "-1",
    "1e999",
    "0x",
    "null",
    "[]",
    "{}",
    "true",
    "${X}",
    "9".repeat(30),
  ]);

function mutate(text: string, pick: (below: number) => number): string {
  const lines = text.split("\n");
  const line = pick(lines.length);
  const other = pick(lines.length);
  const at = pick(text.length);
  switch (pick(9)) {
    case 0:
      return lines.toSpliced(line, 1).join("\n");
    case 1:
      return lines.toSpliced(line, 0, lines[line]).join("\n");
    case 2:
      return lines.with(line, lines[other]).with(other, lines[line]).join("\n");
    case 3:
      return lines.with(line, " ".repeat(1 + pick(4)) + lines[line]).join("\n");
    case 4:
      return lines.with(line, lines[line].replace(/^ {1,3}/, "")).join("\n");
    case 5:
      return lines.with(line, lines[line].replace(/: .*$/, `: ${PIECES[pick(PIECES.length)]}`)).join("\n");
    case 6:
      return text.slice(0, at) + text.slice(at + 1 + pick(20));
    case 7:
      return text.slice(0, at);
    default:
      return text.slice(0, at) + PIECES[pick(PIECES.length)] + text.slice(at);
  }
}

Deno.test("samples: damaged texts give issues with places, never anything else", () => {
  let refused = 0;
  const texts = Object.values(SAMPLES);
  for (let seed = 1; seed <= 700; seed++) {
    const pick = randomSource(seed * 7919);
    let text = texts[seed % texts.length];
    for (let round = pick(4); round >= 0; round--) text = mutate(text, pick);
    const asBase = seed % 5 === 0;
    const input = asBase
      ? { text: "steps: [echo]", file: "/d/x.yaml", base: { text, file: "/d/base.yaml" } }
      : { text, file: "/d/x.yaml" };
    const { dag, issues } = checkDag(input);
    assertEquals(dag === null, issues.length > 0, `seed ${seed}`);
    if (issues.length === 0) continue;
    refused++;
    const lines = text.split(/\r\n|\r|\n/).length;
    for (const issue of issues) {
      const { file, line, column } = issue.position ?? { file: "", line: 0, column: 0 };
      const inside = file === (asBase ? "/d/base.yaml" : "/d/x.yaml") && line >= 1 && line <= lines &&
        column >= 1;
      assert(inside, `seed ${seed}: no place in the file: ${formatIssue(issue)}`);
      assert(
        /^[A-Z"].*[^.]$/s.test(issue.message) || /^\d+ more/.test(issue.message),
        `seed ${seed}: ${issue.message}`,
      );
    }
    let thrown: unknown = null;
    try {
      loadDag(input);
    } catch (error) {
      thrown = error;
    }
    assert(thrown instanceof SpecError, `seed ${seed}: ${thrown}`);
  }
  assert(refused > 200 && refused < 700, `${refused} of 700 texts were refused, the mutations are of no use`);
});
