import { assert, assertEquals } from "../../tests/assert.ts";
import backup from "../../tests/data/dags/backup.yaml" with { type: "text" };
import containers from "../../tests/data/dags/containers.yaml" with { type: "text" };
import etl from "../../tests/data/dags/nightly_etl.yaml" with { type: "text" };
import fanOut from "../../tests/data/dags/fan_out.yaml" with { type: "text" };
import healthChecks from "../../tests/data/dags/health_checks.yaml" with { type: "text" };
import camel from "../../tests/data/dags/kitchen_sink_camel.yaml" with { type: "text" };
import snake from "../../tests/data/dags/kitchen_sink_snake.yaml" with { type: "text" };
import { Glance, type ScheduledPart } from "./glance.ts";
import { loadDag } from "./load.ts";

const FILE = "/dags/sample.yaml";

function glance(text: string, base: string | null = null): ScheduledPart | null {
  return new Glance(base).at({ text, file: FILE });
}

function whole(text: string, base: string | null = null): ScheduledPart {
  const { name, schedule, skipIfSuccessful, queue, maxActiveRuns, workerSelector } = loadDag({
    text,
    file: FILE,
    base: base === null ? null : { text: base, file: "/base.yaml" },
  });
  return { name, schedule, skipIfSuccessful, queue, maxActiveRuns, workerSelector };
}

/** Texts of which a glance is enough. */
const PLAIN: Readonly<Record<string, string>> = {
  "no schedule": "steps: [a]\n",
  "one schedule": 'schedule: "@daily"\nsteps:\n  - echo\n',
  "no line break at the end": "steps: []\nschedule: '0 1 * * *'",
  "comments and empty lines": "# a\n---\n\nschedule:\n\n# b\n  - '@daily'\n  # c\nsteps:\n- a\n\n",
  "items below their key": "schedule:\n- '@daily'\n- '@hourly'\nsteps:\n- a\n- b\n",
  "a map": "schedule:\n  start: '@daily'\n  stop: {cron: '@hourly', overlap: queue}\nsteps: [a]\n",
  "brackets in a line": 'schedule: ["@daily", "@hourly"]\nsteps: [a]\n',
  "texts of many lines": "description: |\n  schedule: x\n\n  name: y\nschedule: '@daily'\nsteps: [a]\n",
  "a plain text of two lines": "description: some\n  schedule\nsteps: [a]\nname: other\n",
  "other spellings":
    "max_active_runs: 3\nworker_selector: {gpu: 'yes'}\nskip_if_successful: true\nsteps: [a]\n",
  "values that are nothing": "name:\nschedule: null\nqueue: ''\nsteps: [a]\n",
  "blanks before the colon": "schedule : '@daily'\nsteps: [a]\n",
  "a mistake elsewhere": "schedule: '@daily'\nsteps: 5\n",
};

/** Texts that have to be loaded. */
const UNCERTAIN: Readonly<Record<string, string>> = {
  nothing: "",
  "no steps": "schedule: '@daily'\n",
  "an unknown key": "schedul: '@daily'\nsteps: [a]\n",
  "a text that is no map": "- a\n",
  "no YAML at all": "steps: [a]\n%&/\n",
  "a wrong schedule": "schedule: '@dayly'\nsteps: [a]\n",
  "a wrong number": "maxActiveRuns: many\nsteps: [a]\n",
  "a key given twice": "schedule: '@daily'\nschedule: '@hourly'\nsteps: [a]\n",
  "a field given twice": "maxActiveRuns: 1\nmax_active_runs: 2\nsteps: [a]\n",
  "a name that is refused": "name: a b\nsteps: [a]\n",
  "two documents": "steps: [a]\n---\nname: b\nschedule: '@daily'\nsteps: [a]\n",
  "a merge key": "x: &x\n  schedule: '@daily'\n<<: *x\nsteps: [a]\n",
  "an alias": "description: &x '@daily'\nschedule: *x\nsteps: [a]\n",
  "a tag": "schedule: !!str '@daily'\nsteps: [a]\n",
  "brackets around everything": "{schedule: '@daily', steps: [a]}\n",
  "keys in quotes": "'schedule': '@daily'\nsteps: [a]\n",
  "everything further in": "  schedule: '@daily'\n  steps: [a]\n",
  "quotes that are closed below": 'description: "a\nschedule: b\nname: c"\nsteps: [a]\n',
  "brackets that are closed below": "params: [\nschedule, name: b ]\nsteps: [a]\n",
  "line ends of Windows": "schedule: '@daily'\r\nsteps: [a]\r\n",
  "a tab": "schedule: '@daily'\n\t# a\nsteps: [a]\n",
  "a mark of the byte order": "\ufeffsteps: [a]\n",
};

for (const [what, text] of Object.entries(PLAIN)) {
  Deno.test(`glance: ${what}`, () => {
    const expected = what === "a mistake elsewhere" ? whole("schedule: '@daily'\nsteps: []\n") : whole(text);
    assertEquals(glance(text), expected);
  });
}

for (const [what, text] of Object.entries(UNCERTAIN)) {
  Deno.test(`glance: ${what} is not told at a glance`, () => assertEquals(glance(text), null));
}

Deno.test("glance: what it tells of the samples is true, and of most of them it tells", () => {
  const samples = { backup, containers, etl, fanOut, healthChecks, camel, snake };
  const told = Object.entries(samples).filter(([name, text]) => {
    const part = glance(text);
    if (part) assertEquals(part, whole(text), name);
    return part !== null;
  });
  assert(told.length >= 4, told.map(([name]) => name).join());
});

Deno.test("glance: over a base configuration", () => {
  const base = "name: base\nschedule: {stop: '@hourly'}\nqueue: q\nenv: [A: b]\nworkerSelector: {a: 'b'}\n";
  for (
    const text of ["steps: [a]\n", "schedule: '@daily'\nqueue: own\nworkerSelector: {c: 'd'}\nsteps: [a]\n"]
  ) {
    assertEquals(glance(text, base), whole(text, base));
  }
  assertEquals(glance("steps: [a]\n", ""), whole("steps: [a]\n"));
  assertEquals(glance("steps: [a]\n", "schedule: [\n"), null);
  assertEquals(glance("steps: [a]\n", "schedule: '@dayly'\n"), null);
});

Deno.test("glance: what is kept of one text is not another's name", () => {
  const look = new Glance(null);
  const at = (name: string, text: string) => look.at({ file: `/dags/${name}.yaml`, text })?.name;
  const unnamed = "schedule: '@daily'\nsteps: [a]\n";
  assertEquals([at("a", unnamed), at("b", unnamed), at("c", `name: d\n${unnamed}`), at("e", unnamed)], [
    "a",
    "b",
    "d",
    "e",
  ]);
});
