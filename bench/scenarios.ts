/** The workflows that are measured, as functions of their size. */

export interface Scenario {
  readonly name: string;
  readonly what: string;
  /** Number of steps, children or megabytes. */
  readonly size: number;
  /** Arguments of the program; `dag` is the path of the file. */
  readonly args: (dag: string) => string[];
  /** Text of the workflow. */
  readonly text: (size: number) => string;
}

/** Lines as a program prints them: 100 bytes. */
const LINE = "0123456789".repeat(10).slice(1);

function steps(count: number): string {
  return Array.from({ length: count }, (_, i) => `  - name: s${i}\n    command: "true"\n`).join("");
}

function fanOut(children: number): string {
  const items = Array.from({ length: children }, (_, i) => `        - "${i}"\n`).join("");
  return `steps:
  - name: all
    call: child
    parallel:
      maxConcurrent: 8
      items:
${items}---
name: child
steps:
  - name: one
    command: "true"
`;
}

const start = (dag: string) => ["start", dag];

export const SCENARIOS: readonly Scenario[] = [
  { name: "version", what: "start-up alone", size: 0, args: () => ["version"], text: () => "steps: []\n" },
  { name: "start", what: "steps in a row", size: 2, args: start, text: (n) => `steps:\n${steps(n)}` },
  { name: "chain", what: "steps in a row", size: 100, args: start, text: (n) => `steps:\n${steps(n)}` },
  {
    name: "wide",
    what: "steps side by side, 8 at a time",
    size: 1000,
    args: start,
    text: (n) => `type: graph\nmaxActiveSteps: 8\nsteps:\n${steps(n)}`,
  },
  {
    name: "output",
    what: "megabytes printed by one step",
    size: 500,
    args: start,
    text: (n) => `steps:\n  - name: loud\n    command: yes "${LINE}" | head -c ${n}000000\n`,
  },
  { name: "children", what: "sub-DAG runs, 8 at a time", size: 50, args: start, text: fanOut },
];
