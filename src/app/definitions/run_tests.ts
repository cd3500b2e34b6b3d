/** `test`: plays the tests of definitions. */
import type { Config } from "../../config/config.ts";
import { messageOf, SpecError } from "../../core/errors.ts";
import { currentDir } from "../../platform/folders/current_dir.ts";
import { resolve } from "../../platform/files/path.ts";
import { type TestedDag, workflowTests } from "../../spec/workflow_tests.ts";
import { coverageOf } from "../../testing/coverage.ts";
import { simulate, type Simulation } from "../../testing/simulation.ts";
import { unmet } from "../../testing/verdict.ts";
import type { TestedFile, TestOptions } from "../app.ts";
import { openStores } from "../stores.ts";
import { testFiles } from "./test_files.ts";

/** One after the other; a file that cannot be read is told of as such. */
export async function* runTests(config: Config, { paths, filter }: TestOptions): AsyncGenerator<TestedFile> {
  const { dags } = openStores(config);
  for (const path of testFiles(paths.length > 0 ? paths : [currentDir()])) {
    const problem = (text: string): TestedFile => ({
      file: resolve(currentDir(), path),
      problem: text,
      results: [],
      dags: [],
    });
    try {
      const { file, text, dag, typeScript } = await dags.loadWithText(path);
      const own = { ...dag, name: dag.name.replace(/[._]test$/, "") };
      const { dags: tested, issues } = workflowTests(text, file, own);
      if (issues.length > 0) throw new SpecError(issues);
      const count = tested.reduce((sum, { tests }) => sum + tests.length, 0);
      if (count === 0) yield problem(`${file}: there are no tests in it`);
      else {yield {
          file,
          problem: "",
          ...await played(file, typeScript ? withoutLines(tested) : tested, filter),
        };}
    } catch (error) {
      yield problem(messageOf(error));
    }
  }
}

/** Lines of the text are not those of the module. */
function withoutLines(tested: readonly TestedDag[]): TestedDag[] {
  return tested.map(({ dag, tests }) => ({ dag, tests: tests.map((test) => ({ ...test, line: 0 })) }));
}

async function played(
  file: string,
  tested: readonly TestedDag[],
  filter: string,
): Promise<Pick<TestedFile, "results" | "dags">> {
  const results: TestedFile["results"][number][] = [];
  const dags: TestedFile["dags"][number][] = [];
  for (const { dag, tests } of tested) {
    const runs: Simulation[] = [];
    for (const { name, line, scenario, expect } of tests.filter(({ name }) => name.includes(filter))) {
      const run = await simulate(dag, scenario);
      runs.push(run);
      results.push({ file, dag: dag.name, name, line, wrong: unmet(expect, run), lastsMs: run.lastsMs });
    }
    if (runs.length > 0) dags.push({ dag: dag.name, coverage: coverageOf(dag, runs) });
  }
  return { results, dags };
}
