/** Definitions that cannot be used: what can be read of them is shown, whatever is wrong. */
import { Random } from "../fakes/random.ts";
import { assert, assertEquals } from "../assert.ts";
import { Api } from "../support/api.ts";
import { mutate, NASTY } from "../support/mutate.ts";

const ROUNDS = 400;
const BROKEN = `schedule: never
steps:
  - name: first
    command: echo 1
  - name: second
    command: echo 2
    depends: nowhere
    timeoutSec: soon
handlerOn:
  exit: {command: echo done, retryPolicy: no}
---
name: below
steps:
  - {name: inner, command: echo}
`;

const names = (steps: readonly { readonly name: string }[]) => steps.map(({ name }) => name);

Deno.test("broken: steps that can be read are shown with what is wrong, and are not run", async () => {
  await using api = await Api.make();
  api.dag("broken", BROKEN);
  const { dag, errors, latestDAGRun, localDags } = await api.json("/dags/broken");
  assertEquals([names(dag.steps), errors.length], [["first", "second"], 4]);
  assertEquals([dag.schedule, dag.handlerOn.exit.name, localDags[0].name], [undefined, "onExit", "below"]);
  assertEquals(
    latestDAGRun.nodes.map((node: { step: { name: string } }) => node.step.name),
    names(dag.steps),
  );
  assertEquals(names((await api.json("/dags/broken/spec")).dag.steps), names(dag.steps));
  assertEquals(names((await api.json("/dags/broken/grid")).steps), names(dag.steps));
  assertEquals(
    names((await api.call("POST", "/dags/validate", { spec: BROKEN })).json.dag.steps),
    names(dag.steps),
  );
  for (const act of ["start", "enqueue", "dry-run"]) {
    assertEquals((await api.call("POST", `/dags/broken/${act}`, {})).status, 400, act);
  }
  assertEquals(api.asked, []);
});

Deno.test(`broken: ${ROUNDS} damaged definitions are answered for as declared`, async () => {
  await using api = await Api.make();
  const random = new Random(20_260_131);
  const folder = new URL("../data/dags/", import.meta.url);
  const sources = [...Deno.readDirSync(folder)].map(({ name }) => name).sort()
    .map((name) => Deno.readTextFileSync(new URL(name, folder)));
  const damaged = Array.from({ length: ROUNDS }, () => mutate(random.pick(sources), random));
  let drafts = 0;
  for (const spec of [...damaged, ...Object.values(NASTY)]) {
    // The answer is held against its shape.
    const { status, json } = await api.call("POST", "/dags/validate", { spec });
    assertEquals(status, 200, spec);
    if (!json.valid && json.dag.steps?.length > 0) drafts++;
  }
  assert(drafts > ROUNDS / 10, `${drafts} of them have steps`);
  assertEquals(api.defects, []);
});
