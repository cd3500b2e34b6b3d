/** Collects what is wrong, so that a person sees everything at once. */
import type { Issue } from "../core/errors.ts";
import { positionOf, type YamlNode } from "./yaml/yaml_node.ts";

/** Further issues are counted only. */
const MAX_ISSUES = 100;

export class IssueList {
  readonly #issues: Issue[] = [];
  readonly #seen = new Set<string>();
  #more = 0;

  get empty(): boolean {
    return this.#issues.length === 0;
  }

  add(field: string, message: string, node: YamlNode): void {
    this.take([{ field, message, position: positionOf(node) }]);
  }

  /** Adds issues; one that is known already (from the base configuration of another document) is left out. */
  take(issues: readonly Issue[]): void {
    for (const issue of issues) {
      const { file, line, column } = issue.position ?? { file: "", line: 0, column: 0 };
      const key = `${file}:${line}:${column}:${issue.field}:${issue.message}`;
      if (this.#seen.has(key)) continue;
      this.#seen.add(key);
      if (this.#issues.length < MAX_ISSUES) this.#issues.push(issue);
      else this.#more++;
    }
  }

  /** All issues by place; the last one counts those that are left out. */
  sorted(): readonly Issue[] {
    const all = this.#issues.toSorted((a, b) =>
      a.position && b.position && a.position.file === b.position.file
        ? a.position.line - b.position.line || a.position.column - b.position.column
        : 0
    );
    const last = all.at(-1);
    if (last && this.#more > 0) {
      all.push({ ...last, field: "", message: `${this.#more} more problems follow` });
    }
    return all;
  }
}

/** A value as messages quote it. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text);
}
