import type { Chance } from "./chance.ts";

/**
 * Values that mean the same to both programs: no quotes and no signs that a shell reads, for those are held to
 * docs/compatibility.md by tests of their own.
 */
export const WORDS = ["a", "b c", "5", "x-y", "1.5", "k_v", "a/b", "10:30", "a,b", "été", "true"];

/** What can be referred to at one place of a definition. */
export class Scope {
  /** @param isRoot it is that of the DAG which is started, so there is one run of it. */
  constructor(readonly isRoot = true) {}

  /** Variables: of parameters, `env` and outputs. */
  readonly names: string[] = [];
  /** Paths into outputs that are JSON. */
  readonly paths: string[] = [];
  /** Files that were made by now. */
  readonly files: string[] = [];

  /** A scope that sees what this one sees. */
  copy(): Scope {
    const copy = new Scope(this.isRoot);
    copy.add(this);
    return copy;
  }

  add(other: Scope): void {
    this.names.push(...other.names.filter((name) => !this.names.includes(name)));
    this.paths.push(...other.paths.filter((path) => !this.paths.includes(path)));
    this.files.push(...other.files.filter((file) => !this.files.includes(file)));
  }

  /** A reference or a word, as a command has it. */
  text(chance: Chance): string {
    const name = this.names.length > 0 && chance.chance(0.6) ? chance.pick(this.names) : "";
    if (name !== "") return chance.pick([`\${${name}}`, `"\${${name}}"`, `$${name}`]);
    if (this.paths.length > 0 && chance.chance(0.6)) return `"\${${chance.pick(this.paths)}}"`;
    return chance.pick(WORDS);
  }

  /** A reference, or a word, as a value has it. */
  value(chance: Chance): string {
    const name = this.names.length > 0 && chance.chance(0.6) ? chance.pick(this.names) : "";
    return name === "" ? chance.pick(WORDS) : `\${${name}}`;
  }
}
