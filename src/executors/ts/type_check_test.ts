import { assertEquals, assertMatch } from "../../../tests/assert.ts";
import { formatIssue } from "../../core/errors.ts";
import { loadDag } from "../../spec/load.ts";
import { parseProblems } from "./compiler_output.ts";
import { checkTypes } from "./type_check.ts";
import { yamlPlace } from "./yaml_place.ts";

async function problems(text: string, file = "/dags/a.yaml"): Promise<string[]> {
  const { issues, note } = await checkTypes(loadDag({ text, file }), Deno.env.toObject());
  assertEquals(note, "");
  return issues.map(formatIssue);
}

Deno.test("types: what the definition names is what ctx has", async () => {
  const text = `
params: [DAY: today]
steps:
  - command: echo
    output: DATA
  - id: good
    type: ts
    permissions: { env: [TOKEN] }
    config: { outputs: [TOTAL] }
    output: TEXT
    script: |
      const rows: number[] = ctx.inputs.DATA;
      const token: string | undefined = ctx.env.TOKEN;
      ctx.output("TOTAL", rows.length);
      ctx.output(ctx.params.DAY + token + ctx.step);
      await new Promise((resolve) => ctx.signal.addEventListener("abort", resolve));
  - type: typescript
    script: |
      ctx.output("OTHER", ctx.inputs.TOTAL);

      const day: number = ctx.params.DAY;
      ctx.env.TOKEN;
handlerOn:
  exit:
    type: ts
    script: |
      ctx.inputs.NOTHING;
`;
  assertEquals(await problems(text), [
    `/dags/a.yaml:19:18: field 'steps[2].script': Argument of type '"OTHER"' is not assignable to parameter of type 'never'.`,
    "/dags/a.yaml:21:13: field 'steps[2].script': Type 'string' is not assignable to type 'number'.",
    "/dags/a.yaml:22:15: field 'steps[2].script': Property 'TOKEN' does not exist on type '{}'.",
    "/dags/a.yaml:27:18: field 'handlerOn.exit.script': Property 'NOTHING' does not exist on type '{ readonly DATA: any; readonly TOTAL: any; readonly TEXT: any; }'.",
  ]);
});

Deno.test("types: modules in files, and what they take", async () => {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    await Deno.writeTextFile(
      `${folder}/sum.ts`,
      'import type { StepContext } from "@x/dagu";\n' +
        "export default function (ctx: StepContext<{ DAY: string }>): void {\n  ctx.output(ctx.params.DAY);\n}\n",
    );
    const dag = (params: string) =>
      problems(
        `params: [${params}]\nsteps:\n  - type: ts\n    config: { file: sum.ts }\n`,
        `${folder}/a.yaml`,
      );
    assertEquals(await dag("DAY: x"), []);
    assertMatch(
      (await dag("NIGHT: x")).join(),
      /a\.yaml:4:21: field 'steps\[0\]\.config\.file': Argument of type/,
    );
    await Deno.remove(`${folder}/sum.ts`);
    assertMatch((await dag("DAY: x")).join(), /sum\.ts/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("types: a compiler that says something else", () => {
  assertEquals(parseProblems("error: Something new\n"), [
    { message: "Something new", file: "", line: 1, column: 1 },
  ]);
  assertEquals(parseProblems("").length, 1);
});

Deno.test("places: only a script that stands there once, as it is", () => {
  const source = "a:\n  script: |\n\n    one\n      two\n\n    three\nb: x\n";
  const script = "\none\n  two\n\nthree\n";
  assertEquals(yamlPlace(source, script, 3), { line: 5, indent: 4 });
  assertEquals(yamlPlace(source + source, script, 3), null);
  assertEquals(yamlPlace(source, "one\ntwo\n", 1), null);
  assertEquals(yamlPlace(source, "", 1), null);
});
