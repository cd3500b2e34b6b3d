import { assertEquals } from "../../tests/assert.ts";
import { exportTs, exportYaml } from "./export_ts.ts";

const YAML = `# about all
# of it
schedule: "0 2 * * *" # nightly
steps: # in order
  # first
  - name: a # its name
    command: |- # a loop
      echo "# none" # none
  -
    # odd
    name: 'b # none'
    env: [A=1, B=2] # both
    retryPolicy:
      # thrice
      limit: 3
  # last
handlerOn:
  exit: { command: echo a#none } # always
# end
`;

const MODULE = `import { dag } from "@x/dagu/dag";

// about all
// of it
export default dag({
  schedule: "0 2 * * *", // nightly
  steps: [ // in order
    // first
    {
      name: "a", // its name
      command: 'echo "# none" # none', // a loop
    },
    // odd
    {
      name: "b # none",
      env: ["A=1", "B=2"], // both
      retryPolicy: {
        // thrice
        limit: 3,
      },
    },
  ],
  // last
  handlerOn: {
    exit: { command: "echo a#none" }, // always
  },
});
// end
`;

Deno.test("comments: they go along to TypeScript, and back", () => {
  assertEquals(exportTs(YAML, "f.yaml"), MODULE);
  const back = exportYaml(YAML, MODULE, "f.ts");
  assertEquals(back.split("\n").filter((line) => line.includes("#")), [
    "# about all",
    "# of it",
    'schedule: "0 2 * * *" # nightly',
    "steps: # in order",
    "  # first",
    "  - name: a # its name",
    '    command: "echo \\"# none\\" # none" # a loop',
    "  # odd",
    '  - name: "b # none"',
    "    env: # both",
    "      # thrice",
    "# last",
    "  exit: # always",
    "    command: echo a#none",
    "# end",
  ]);
  assertEquals(exportTs(back, "f.yaml"), MODULE);
});

Deno.test("comments: nothing in them becomes code", () => {
  const module = exportTs("steps: # a\u2028], evil(), [\n  - echo\n# b\u2029c\n", "/x.yaml");
  assertEquals(module.split(/[\n\r\u2028\u2029]/).filter((line) => /evil|c$/.test(line)), [
    '  steps: ["echo"], // a ], evil(), [',
    "// b c",
  ]);
});

Deno.test("comments: of several documents, of members that are numbers, of lists without members", () => {
  const yaml =
    `# one\nsteps: [] # none\n---\n# two\nname: x\nenv:\n  # number\n  2: a\n  1: b # other\nsteps: [echo]\n`;
  const module = exportTs(yaml, "f.yaml");
  assertEquals(
    exportYaml(yaml, module, "f.ts"),
    `# one
steps: [] # none
---
# two
name: x
env:
  # number
  "2": a
  "1": b # other
steps:
  - echo
`,
  );
});

Deno.test("comments: of code that makes a definition, those of its value, each as near as it can be told", () => {
  const code = `/** About this module. */
import { dag } from "@x/dagu/dag";

// regions
const regions = [
  "eu", // not of the value
];

/*
 * About all.
 */
export default dag({
  // they are many
  ...parts,
  steps: [
    // one each
    ...regions.map((name) => ({
      name, // by region
    })),
    { name: "all" }, // together
  ],
  tags: ["a"], // one
});
`;
  const yaml = "steps: [{name: eu}, {name: all}]\ntags: [a]\n";
  assertEquals(
    exportYaml(yaml, code, "f.ts"),
    `# About this module.
# regions
# About all.
# they are many
# one each
# by region
# together
steps:
  - name: eu
  - name: all
tags: # one
  - a
`,
  );
});
