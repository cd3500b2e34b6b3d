/** Makes the texts of a step ready to run: references instead of values, large values within reach. */
import type { StepTask } from "../../ports/executor.ts";
import { fitEnvironment } from "../../eval/environment.ts";
import { type Dialect, prepareShellText } from "../../eval/shell_text.ts";
import { ensureDirSync, removeIfExistsSync, replaceFileSync } from "../../platform/files/files.ts";
import { loadingCode, prepend } from "./large_values.ts";

export interface RunnableText {
  readonly text: string;
  readonly env: Readonly<Record<string, string>>;
  /** Variables that the text refers to. */
  readonly uses: readonly string[];
  /** Files from which the text loads values. */
  readonly files: readonly string[];
}

/** Prepares the texts of one execution; owns the files that it makes for them. */
export class TextPreparer {
  readonly #task: StepTask;
  readonly #files: string[] = [];

  constructor(task: StepTask) {
    this.#task = task;
  }

  prepare(text: string, dialect: Dialect): RunnableText {
    const { env: own, variables, largeValues } = this.#task;
    const prepared = prepareShellText(text, variables, dialect);
    const added = Object.keys(prepared.env);
    const uses = [...this.#uses(text, dialect, prepared.uses), ...added];
    let env = own;
    let files = largeValues;
    if (added.length > 0) {
      const fitted = fitEnvironment(Object.entries({ ...own, ...prepared.env }));
      env = fitted.env;
      const moved = Object.keys(fitted.large);
      if (moved.length > 0) files = { ...files, ...this.#store(fitted.large) };
    }
    const wanted: Record<string, string> = {};
    for (const name of uses) if (files[name] !== undefined) wanted[name] = files[name];
    return {
      text: prepend(loadingCode(dialect, wanted), prepared.text),
      env,
      uses,
      files: Object.values(wanted),
    };
  }

  /** What a confined step lacks of the host's variables is to be told too, which no text replacement knows of. */
  #uses(text: string, dialect: Dialect, uses: readonly string[]): readonly string[] {
    const { permissions, variables, env } = this.#task;
    if (permissions === null || dialect !== "posix") return uses;
    const all = {
      get: (name: string) => variables.get(name) ?? (Object.hasOwn(env, name) ? env[name] : undefined),
      path: (name: string, path: string) => variables.path(name, path),
    };
    return prepareShellText(text, all, dialect).uses;
  }

  #store(values: Readonly<Record<string, string>>): Record<string, string> {
    const folder = `${this.#task.scratchDir}/values`;
    ensureDirSync(folder);
    const paths: Record<string, string> = {};
    for (const [name, value] of Object.entries(values)) {
      const path = `${folder}/${crypto.randomUUID()}`;
      replaceFileSync(path, value);
      this.#files.push(path);
      paths[name] = path;
    }
    return paths;
  }

  /** Removes the files. */
  close(): void {
    for (const path of this.#files) removeIfExistsSync(path);
  }
}
