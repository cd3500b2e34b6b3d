/**
 * Lock files of the packages that TypeScript steps import: `flow.lock` beside `flow.yaml`, in Deno's format. The first
 * run makes it, later ones get exactly what it names.
 */
import type { Dag } from "../../core/dag.ts";
import { DaguError } from "../../core/errors.ts";
import { safeName } from "../../core/names.ts";
import { SystemCommands } from "../../platform/process/commands.ts";
import { denoProgram } from "../../platform/process/program/deno_program.ts";
import { durableReplace, ensureDir, existsSync, readTextIfExists } from "../../platform/files/files.ts";
import { basename, dirname, extname, join } from "../../platform/files/path.ts";
import type { StepTask } from "../../ports/executor.ts";
import { typeScriptSteps } from "./typescript_steps.ts";

export class PackageLocks {
  /** By lock file: what was made ready in this process. */
  readonly #ready = new Map<string, Promise<string>>();

  /** @param cacheDir for the lock files of definitions whose folder cannot be written */
  constructor(readonly os: Readonly<Record<string, string>>, readonly cacheDir: string) {}

  /**
   * The lock file under which the packages of a step can be imported without network; "" when it imports none.
   * @throws DaguError when they cannot be had, or a lock file that is there does not name them.
   */
  async lockFor({ dag, scratchDir, step }: StepTask, packages: readonly string[]): Promise<string> {
    if (packages.length === 0) return "";
    if (denoProgram(this.os) === "") {
      throw new DaguError(
        `Cannot import ${packages.map((one) => `"${one}"`).join(", ")} in step "${step.name}": ` +
          'packages need a program "deno" on the PATH of dagu, there is none',
      );
    }
    const wanted = [...new Set([...packages, ...packagesOf(dag)])].sort();
    const key = `${dag.location} ${dag.name} ${wanted.join(" ")}`;
    let ready = this.#ready.get(key);
    if (!ready) this.#ready.set(key, ready = this.#prepare(dag, wanted, scratchDir));
    return await ready;
  }

  async #prepare(dag: Dag, packages: readonly string[], scratchDir: string): Promise<string> {
    const places = this.#places(dag);
    const there = places.find((path) => existsSync(path));
    if (there !== undefined) {
      const missing = missingIn(await readTextIfExists(there) ?? "", packages);
      if (missing !== "") {
        throw new DaguError(
          `The lock file "${there}" does not name "${missing}": remove it to lock all packages anew`,
        );
      }
      await this.#fetch(packages, there, "--frozen");
      return there;
    }
    const made = join(scratchDir, `packages-${crypto.randomUUID()}.lock`);
    await this.#fetch(packages, made, "--frozen=false");
    return await keep(await readTextIfExists(made) ?? "", places);
  }

  #places({ location, name }: Dag): string[] {
    const cached = join(this.cacheDir, "locks", `${safeName(name)}.lock`);
    if (location === "") return [cached];
    return [join(dirname(location), `${basename(location, extname(location))}.lock`), cached];
  }

  async #fetch(packages: readonly string[], lock: string, frozen: string): Promise<void> {
    const { exitCode, stderr } = await new SystemCommands().run({
      program: denoProgram(this.os),
      args: ["cache", "--quiet", "--no-config", `--lock=${lock}`, frozen, ...packages],
      env: { ...this.os, NO_COLOR: "1", RUST_BACKTRACE: "0", DENO_NO_UPDATE_CHECK: "1" },
      cwd: dirname(lock),
    });
    if (exitCode === 0) return;
    const why = stderr.trim().split("\n").map((line) => line.trim()).filter((line) => line !== "").join("; ");
    throw new DaguError(`Cannot fetch ${packages.join(", ")} under the lock file "${lock}": ${why}`);
  }
}

function packagesOf(dag: Dag): string[] {
  return typeScriptSteps(dag)
    .flatMap(({ step: { permissions } }) =>
      Array.isArray(permissions?.import) ? permissions.import.map(String) : []
    );
}

/** The first package that a lock file does not name; "" when it names all. */
function missingIn(text: string, packages: readonly string[]): string {
  const specifiers: unknown = parsed(text)?.specifiers ?? {};
  return packages.find((one) => !Object.hasOwn(specifiers as object, one)) ?? "";
}

function parsed(text: string): { readonly specifiers?: unknown } | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Writes the text to the first place that takes it. */
async function keep(text: string, places: readonly string[]): Promise<string> {
  let failure: unknown = null;
  for (const path of places) {
    try {
      await ensureDir(dirname(path));
      await durableReplace(path, text);
      return path;
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}
