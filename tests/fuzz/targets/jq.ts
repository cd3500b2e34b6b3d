/** Programs of jq and what they are given, in the worker that steps of that type use. */
import { JQ } from "../../../src/executors/jq/manifest.ts";
import { assert, assertEquals } from "../../assert.ts";
import type { Random } from "../../fakes/random.ts";
import { command, StepBench } from "../../support/step_bench.ts";
import { damage, damageJson, soup } from "../damage.ts";
import type { Target } from "../target.ts";

const DATA = new URL("../../data/jq/", import.meta.url);
/** Between program and input. */
const CUT = "\0<input>\0";
/** What jq itself calls undefined. */
const OWN_WORDS = /Regex failure: undefined [a-z ]+/g;
/** What programs are made of; none of them makes a program that never ends. */
const WORDS = [
  ...'. .a .[0] .[] .. | , ( ) [ ] { } : ; ? // + - * / % == < and or not $x $__loc__ $ENV "a" "\\(" 1 1e999 null'
    .split(" "),
  ...[
    "as $x |",
    "if . then",
    "else",
    "end",
    "reduce .[] as $x (0;",
    "foreach .[] as $x (0;",
    "def f:",
    "try",
    "catch",
  ],
  ...[
    "error",
    "empty",
    "input",
    "inputs",
    "debug",
    "stderr",
    "input_filename",
    "env",
    "halt",
    "halt_error",
    "now",
  ],
  ...["length", "keys", "tojson", "fromjson", "@base64d", "@sh", "ltrimstr(1)", 'test("(")', 'splits("a*")'],
  ...[
    'getpath(["a",0])',
    "path(..)",
    "del(.[])",
    "to_entries",
    "from_entries",
    "walk(.)",
    "ascii",
    "implode",
  ],
  ...['strptime("%Y")', "mktime", 'strftime("%")', "limit(3; .)", "range(5)", "min_by(.)", 'include "x";'],
  ...[
    'import "x" as x;',
    'import "/etc/passwd" as $p;',
    "input_line_number",
    "ltrimstr",
    "getpath",
    "splits",
  ],
];

function programs(): readonly string[] {
  return Deno.readTextFileSync(new URL("programs.txt", DATA)).split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
}

function program(random: Random, samples: readonly string[]): string {
  return random.chance(0.3) ? soup(random, WORDS) : damage(random.pick(samples), random);
}

export function jqTargets(): Readonly<Record<string, Target>> {
  const samples = programs();
  const input = Deno.readTextFileSync(new URL("input.json", DATA));
  let bench: StepBench | null = null;
  return {
    jq: {
      cost: 10,
      make: (random) =>
        program(random, samples) + CUT + (random.chance(0.5) ? input : damageJson(input, random)),
      async check(text) {
        const [program, script] = text.split(CUT) as [string, string];
        const step = {
          ...command(program),
          script,
          executor: { type: "jq", config: { raw: text.length % 2 === 0 } },
        };
        const { exitCode, error, stdout, stderr } = await (bench ??= new StepBench()).run(JQ, step);
        assertEquals(exitCode === 0, error === "", `code ${exitCode}: ${error}`);
        assert(!(stdout + stderr).includes("root:x:0"), "It shows a file");
        // What is wrong with the input is told in the words of the JSON reader.
        return error.startsWith("Cannot run jq: the input is not") ? "" : error.replace(OWN_WORDS, "");
      },
      dispose: () => Promise.resolve(bench?.[Symbol.dispose]()),
    },
  };
}
