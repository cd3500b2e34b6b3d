/** `lint`: looks through definitions. */
import type { Config } from "../../config/config.ts";
import { messageOf, SpecError } from "../../core/errors.ts";
import type { Finding } from "../../lint/finding.ts";
import { lint, mended } from "../../lint/lint.ts";
import { durableReplace } from "../../platform/files/files.ts";
import { isFolder } from "../../platform/folders/list_folder.ts";
import { listDagFiles } from "../../stores/file/dags/dag_folder.ts";
import type { LintedFile, LintOptions } from "../app.ts";
import { openStores, type Stores } from "../stores.ts";

export async function* lintDags(config: Config, { dags, fix }: LintOptions): AsyncGenerator<LintedFile> {
  const stores = openStores(config);
  const given = dags.length > 0 ? dags : [config.paths.dagsDir];
  for (
    const path of given.flatMap((one) => isFolder(one) ? listDagFiles(one).map((file) => file.path) : [one])
  ) {
    try {
      yield await lintOne(stores, path, fix);
    } catch (error) {
      yield { file: path, findings: invalid(path, error), mended: 0 };
    }
  }
}

async function lintOne({ dags }: Stores, path: string, fix: boolean): Promise<LintedFile> {
  const { file, text, dag, typeScript } = await dags.loadWithText(path);
  const findings = lint(text, file, dag);
  if (typeScript) return { file, findings: findings.map(withoutPlace), mended: 0 };
  const mendable = findings.filter(({ edits }) => edits.length > 0);
  if (!fix || mendable.length === 0) return { file, findings, mended: 0 };
  const mark = text.startsWith("\ufeff") ? "\ufeff" : "";
  await durableReplace(file, mark + mended(text.slice(mark.length), mendable));
  const again = await dags.loadWithText(file);
  return { file, findings: lint(again.text, file, again.dag), mended: mendable.length };
}

/** Lines of the text are not those of the module. */
function withoutPlace(finding: Finding): Finding {
  return { ...finding, line: 0, column: 0, edits: [] };
}

function invalid(path: string, error: unknown): Finding[] {
  const issues = error instanceof SpecError
    ? error.issues
    : [{ field: "", message: messageOf(error), position: null }];
  return issues.map(({ field, message, position }) => ({
    rule: "invalid",
    level: "error",
    message: field === "" ? message : `field '${field}': ${message}`,
    fix: "",
    file: position?.file ?? path,
    line: position?.line ?? 0,
    column: position?.column ?? 0,
    edits: [],
  }));
}
