import type { App, TestedFile } from "../../app/app.ts";
import type { Console } from "../command.ts";
import { defineCommand } from "../command.ts";
import { JSON_FLAG } from "../flags/run_flags.ts";

type Coverage = TestedFile["dags"][number]["coverage"];

export const command = defineCommand({
  usage: "[file or folder ...]",
  about:
    `Plays the tests of DAGs: the "tests" of definitions, and modules of tests (*.test.ts, *_test.ts). Steps and
    commands are not run, they do what the test says; the clock jumps. Without arguments those of the current folder
    and the folders in it. The last lines tell what of each DAG no test has played.

    Exit code: 0 when every test passed, 1 when one failed or could not be played.

    With --json: {"passed", "failed", "tests": [{"file", "dag", "name", "line", "wrong", "lastsMs"}], "problems",
    "coverage": [{"file", "dag", "steps": [{"what", "played"}], "branches"}]}.`,
  examples: ["dagu test", "dagu test etl.yaml --filter retry", "dagu test flows --junit results.xml"],
  flags: [
    { name: "filter", kind: "text", value: "text", doc: "Only tests whose names hold this" },
    { name: "junit", kind: "text", value: "file", doc: "Write the results for build servers" },
    JSON_FLAG,
  ],
  args: { min: 0, max: 1000, what: "files or folders" },
  rest: "",
  completes: "dags",
  scopes: ["core"],
  async run({ args, flags, app: open, console }) {
    const app = await open();
    const files: TestedFile[] = [];
    for await (const file of app.test({ paths: args, filter: flags.filter })) {
      files.push(file);
      if (!flags.json) showFile(file, console);
    }
    const good = flags.json ? printJson(files, console) : showTotals(files, console);
    await writeJunit(app, flags.junit, files);
    return good ? 0 : 1;
  },
});

async function writeJunit(app: App, file: string, files: readonly TestedFile[]): Promise<void> {
  if (file !== "") await app.writeJunit(file, files.flatMap((one) => [...one.results, ...unplayed(one)]));
}

/** For build servers, a file whose tests could not be played is a test that failed. */
function unplayed({ file, problem }: TestedFile): TestedFile["results"] {
  if (problem === "") return [];
  return [{
    file,
    dag: file.slice(file.lastIndexOf("/") + 1),
    name: "its tests can be played",
    line: 0,
    wrong: [problem],
    lastsMs: 0,
  }];
}

function showFile({ file, problem, results }: TestedFile, console: Console): void {
  if (problem !== "") {
    for (const line of problem.split("\n")) console.err(`Error: ${line}\n`);
    return;
  }
  if (results.length === 0) return;
  console.out(`${file}\n`);
  for (const { name, wrong, line } of results) {
    console.out(
      wrong.length === 0 ? `  ok    ${name}\n` : `  FAIL  ${name}${line > 0 ? ` (line ${line})` : ""}\n`,
    );
    for (const text of wrong) console.out(`        ${text}\n`);
  }
}

function totals(files: readonly TestedFile[]): { passed: number; failed: number; good: boolean } {
  const results = files.flatMap((file) => file.results);
  const failed = results.filter(({ wrong }) => wrong.length > 0).length;
  const good = failed === 0 && files.every(({ problem }) => problem === "");
  return { passed: results.length - failed, failed, good };
}

function showTotals(files: readonly TestedFile[], console: Console): boolean {
  const { passed, failed, good } = totals(files);
  const dags = files.flatMap((file) => file.dags);
  if (dags.length > 0) console.out("\n");
  for (const { dag, coverage } of dags) console.out(`${coverageText(dag, coverage)}\n`);
  console.out(`${passed} passed, ${failed} failed\n`);
  return good;
}

function coverageText(dag: string, { steps, branches }: Coverage): string {
  const played = (list: Coverage["steps"]) => `${list.filter((one) => one.played).length} of ${list.length}`;
  const missing = [...steps, ...branches].filter((one) => !one.played).map(({ what }) => what);
  const never = missing.length === 0 ? "" : `; never: ${missing.join(", ")}`;
  return `${dag}: steps ${played(steps)}, branches ${played(branches)}${never}`;
}

function printJson(files: readonly TestedFile[], console: Console): boolean {
  const { passed, failed, good } = totals(files);
  const report = {
    passed,
    failed,
    tests: files.flatMap(({ results }) => results),
    problems: files.filter(({ problem }) => problem !== "").map(({ file, problem }) => ({ file, problem })),
    coverage: files.flatMap(({ file, dags }) =>
      dags.map(({ dag, coverage }) => ({ file, dag, ...coverage }))
    ),
  };
  console.out(`${JSON.stringify(report, null, 2)}\n`);
  return good;
}
