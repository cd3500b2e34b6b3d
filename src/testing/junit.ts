/** Results of tests in the XML that build servers read (JUnit). */

export interface TestResult {
  readonly file: string;
  readonly dag: string;
  readonly name: string;
  /** 0 when it is not known. */
  readonly line: number;
  /** What did not come true; [] when the test passed. */
  readonly wrong: readonly string[];
  /** By the clock of the test. */
  readonly lastsMs: number;
}

export function junitXml(results: readonly TestResult[]): string {
  const suites = [...Map.groupBy(results, ({ file, dag }) => `${file}\0${dag}`).values()];
  const counts = (list: readonly TestResult[]) =>
    `tests="${list.length}" failures="${list.filter(({ wrong }) => wrong.length > 0).length}"`;
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites ${counts(results)}>`];
  for (const suite of suites) {
    const [{ dag, file }] = suite as [TestResult];
    lines.push(`  <testsuite name="${escape(dag)}" file="${escape(file)}" ${counts(suite)}>`);
    for (const { name, line, wrong, lastsMs } of suite) {
      const place = line > 0 ? ` line="${line}"` : "";
      const head = `    <testcase classname="${escape(dag)}" name="${escape(name)}" file="${
        escape(file)
      }"${place} time="${lastsMs / 1000}"`;
      if (wrong.length === 0) lines.push(`${head}/>`);
      else {
        lines.push(
          `${head}>`,
          `      <failure message="${escape(wrong[0]!)}">${escape(wrong.join("\n"))}</failure>`,
          "    </testcase>",
        );
      }
    }
    lines.push("  </testsuite>");
  }
  return `${lines.join("\n")}\n</testsuites>\n`;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Characters that XML cannot hold become question marks. */
function escape(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "?").replace(
    /[&<>"]/g,
    (one) => ENTITIES[one]!,
  )
    .replaceAll("\n", "&#10;");
}
