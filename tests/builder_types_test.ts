/** What the compiler finds in a definition before anything runs. */
import { builderTypes, FILE } from "../tools/builder_types.ts";
import { assert, assertEquals } from "./assert.ts";

const ROOT = new URL("../", import.meta.url);

Deno.test("types: they are those of the tables", async () => {
  const plain = (text: string) =>
    text.replace(/\s+/g, "").replace(/([=:<(])\|/g, "$1").replace(/,([>)])/g, "$1");
  const written = await Deno.readTextFile(new URL(FILE, ROOT));
  assert(plain(written) === plain(builderTypes()), `${FILE} is out of date: run "deno task docs"`);
});

/** Each line that ends in `// wrong: TEXT` has to be an error that says so; no other line may have one. */
const MODULE = `import { dag, dagByName, type Definition, refs, tests } from "@x/dagu/dag";

type Steps<D> = D extends Definition<infer N, string, string> ? N : never;
type Outputs<D> = D extends Definition<string, infer O, string> ? O : never;
type Params<D> = D extends Definition<string, string, infer P> ? P : never;

const flow = dag({
  params: [{ DAY: "today" }, { MODE: 1 }],
  steps: [
    { name: "fetch", id: "f", command: "x", output: "DATA" },
    "echo hi",
    [{ name: "left", command: "a" }, { name: "right", command: "b", depends: ["fetch", "cmd_2"] }],
    { name: "load", depends: "f", type: "http", command: "GET x", config: { timeout: 3, headers: { a: "b" } } },
    { name: "code", type: "ts", script: "x", config: { outputs: ["SUM"] } },
  ],
  handlerOn: { exit: { command: "echo", output: { name: "END" } } },
});
export const names: Steps<typeof flow>[] = ["fetch", "f", "left", "right", "load", "code"];
export const noName: Steps<typeof flow> = "other"; // wrong: "other"
export const outputs: Outputs<typeof flow>[] = ["DATA", "SUM", "END"];
export const noOutput: Outputs<typeof flow> = "OTHER"; // wrong: "OTHER"
export const params: Params<typeof flow>[] = ["DAY", "MODE"];
export const noParam: Params<typeof flow> = "OTHER"; // wrong: "OTHER"
const texts = dag({ params: "A=1 B=2", steps: [] });
export const anyParam: Params<typeof texts> = "B";

dag({
  steps: [
    { name: "fetch", command: "x" },
    {
      name: "load",
      command: "x",
      depends: "fecth", // wrong: Did you mean '"fetch"'
    },
    {
      command: "x",
      depends: ["fetch", "nowhere"], // wrong: "fetch" | "load"
    },
    {
      comand: "x", // wrong: 'comand' does not exist
    },
    {
      type: "http",
      command: "GET x",
      config: { timeoutt: 2 }, // wrong: Did you mean to write 'timeout'
    },
    { type: "htpp", command: "GET x" }, // wrong: Type '"htpp"' is not assignable
  ],
});
dagByName({
  steps: {
    one: "echo 1",
    two: { command: "y", depends: ["one", "three"] }, // wrong: "three"
  },
});
dag({
  type: "grph", // wrong: Did you mean '"graph"'
  timeoutSec: "3", // wrong: 'string' is not assignable
  steps: [],
});
declare module "@x/dagu/dag" {
  interface FurtherKinds {
    greet: { name: string };
  }
}
dag({
  steps: [
    { name: "hello", type: "greet", config: { name: "world" } },
    { name: "bye", type: "greet", depends: "hello", config: { nam: "world" } }, // wrong: 'nam' does not exist
  ],
});
tests(flow, [
  { name: "a", params: { DAY: "x" }, steps: { fetch: "1", code: { outputs: { SUM: 2 } } } },
  { name: "b", expect: { path: ["fetch", "onExit"], order: [["fetch", "load"]], steps: { load: "skipped" } } },
  { name: "c", params: { NIGHT: "x" } }, // wrong: 'NIGHT' does not exist
  { name: "d", steps: { fetsch: "1" } }, // wrong: 'fetsch' does not exist
  { name: "e", expect: { path: ["fetsch"] } }, // wrong: "fetsch"
  { name: "f", expect: { outputs: { DTA: "1" } } }, // wrong: 'DTA' does not exist
]);
const $ = refs({ params: { DAY: 1 }, steps: [{ id: "f", output: "D" }] });
export const found: string = $.DAY + $.D + $.f.stdout;
export const missing: string = $.NIGHT; // wrong: 'NIGHT' does not exist
`;

Deno.test("types: what is mistyped is an error at its place", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const imports = { "@x/dagu/dag": new URL("src/builder/dag.ts", ROOT).href };
    await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify({ imports }));
    await Deno.writeTextFile(`${folder}/flow.ts`, MODULE);
    const { stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["check", "--quiet", "--no-lock", "--config", `${folder}/deno.json`, `${folder}/flow.ts`],
      env: { NO_COLOR: "1", RUST_BACKTRACE: "0" },
      stdin: "null",
    }).output();
    const errors = new TextDecoder().decode(stderr).split(/^(?=TS\d+ \[ERROR\])/m).filter((text) =>
      text.startsWith("TS")
    );
    const found = errors.map((text) => ({
      line: Number(/flow\.ts:(\d+):\d+/.exec(text)?.[1]),
      text,
    })).sort((a, b) => a.line - b.line);
    const wanted = MODULE.split("\n").flatMap((line, index) => {
      const [, text] = / \/\/ wrong: (.*)$/.exec(line) ?? [];
      return text === undefined ? [] : [{ line: index + 1, text }];
    });
    assertEquals(found.map(({ line }) => line), wanted.map(({ line }) => line), errors.join("\n"));
    for (const [index, { line, text }] of wanted.entries()) {
      assert(found[index]!.text.includes(text), `line ${line}: ${found[index]!.text}\nshould say ${text}`);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
