/** What a rule is. */
import type { YamlNode } from "../spec/yaml/yaml_node.ts";
import type { Edit, Level } from "./finding.ts";
import type { LintDocument } from "./lint_document.ts";

export interface Report {
  readonly node: YamlNode;
  /** Offset in the text of the source; that of the node unless given. */
  readonly at?: number;
  readonly message: string;
  readonly fix: string;
  readonly edits?: readonly Edit[];
}

export interface Rule {
  readonly name: string;
  readonly level: Level;
  /** What is wrong with what it finds, one sentence. */
  readonly doc: string;
  readonly check: (document: LintDocument) => readonly Report[];
}
