/** The text of a definition -> a core {@link Dag}, or everything that is wrong in it. */
import type { Dag } from "../core/dag.ts";
import { type Issue, SpecError } from "../core/errors.ts";
import type { StepKind } from "../core/executor_manifest.ts";
import { mergeBase } from "./base_merge.ts";
import { buildDag } from "./build_dag.ts";
import { describeNode } from "./decode.ts";
import { StepKinds } from "./step_kinds.ts";
import { IssueList } from "./issue_list.ts";
import type { MapNode, YamlNode } from "./yaml/yaml_node.ts";
import { parseYaml } from "./yaml/yaml_parse.ts";
import { Source } from "./yaml/yaml_source.ts";

/** Longest text of a definition, in characters. */
export const MAX_TEXT = 1024 * 1024;

/** The text of a definition, and where it came from. */
export interface SpecText {
  /** The text. */
  readonly text: string;
  /** Absolute path: for positions, for the name when the text gives none, and for `Dag.location`. */
  readonly file: string;
}

/** What is to be loaded. */
export interface LoadInput extends SpecText {
  /** Name of a definition that says none; that of the file unless given. */
  readonly name?: string;
  /** The base configuration, under every document. */
  readonly base?: SpecText | null;
  /** The DAG is loaded to run as a sub-DAG: handlers of the base configuration do not apply. */
  readonly isSubDag?: boolean;
  /** Kinds of steps besides those of the language. */
  readonly executors?: readonly StepKind[];
}

/**
 * Loads a definition. Nothing is evaluated, no file is read.
 * @throws SpecError with every issue that was found.
 */
export function loadDag(input: LoadInput): Dag {
  const { dag, issues } = checkDag(input);
  if (dag === null) throw new SpecError(issues);
  return dag;
}

/** What is in a text, and what is wrong with it. */
export interface CheckedDag {
  /** null exactly when there are issues. */
  readonly dag: Dag | null;
  /** In the order of their places. */
  readonly issues: readonly Issue[];
  /** What could be read, mistakes left out, and not to be run; null when that is nothing. */
  readonly draft: Dag | null;
}

/** Like {@link loadDag}, but returns what is wrong. */
export function checkDag(input: LoadInput): CheckedDag {
  const issues = new IssueList();
  const base = input.base ? readBase(input.base, issues) : null;
  const draft = readDocuments(input, base, issues);
  return issues.empty ? { dag: draft, issues: [], draft } : { dag: null, issues: issues.sorted(), draft };
}

function readRoots(input: SpecText, issues: IssueList): { source: Source; roots: readonly YamlNode[] } {
  const source = new Source(input.file, input.text);
  if (source.text.length > MAX_TEXT) {
    issues.take([{
      field: "",
      message: `The text has ${source.text.length} characters, at most ${MAX_TEXT} are allowed`,
      position: source.positionAt(0),
    }]);
    return { source, roots: [] };
  }
  const documents = parseYaml(source);
  issues.take(documents.issues);
  return { source, roots: documents.roots };
}

function readBase(input: SpecText, issues: IssueList): MapNode | null {
  const root = readRoots(input, issues).roots[0];
  return root ? asMap(root, "The base configuration", issues) : null;
}

function readDocuments(input: LoadInput, base: MapNode | null, issues: IssueList): Dag | null {
  const { source, roots } = readRoots(input, issues);
  if (roots.length === 0) {
    if (issues.empty) {
      issues.take([{
        field: "",
        message: "The file has no DAG, it is empty",
        position: source.positionAt(0),
      }]);
    }
    return null;
  }
  const texts = roots.length === 1 ? [source.text] : documentTexts(source, roots);
  const localDags: Record<string, Dag> = Object.create(null);
  const kinds = new StepKinds(input.executors);
  let first: Dag | null = null;
  roots.forEach((root, index) => {
    const document = asMap(root, "A DAG", issues);
    if (!document) return;
    const isSubDag = index > 0 || (input.isSubDag ?? false);
    const dag = buildDag(base ? mergeBase(base, document, isSubDag) : document, {
      location: input.file,
      fileName: index === 0 ? input.name ?? baseName(input.file) : "",
      source: index === 0 ? source.text : texts[index],
      kinds,
    }, issues);
    if (index === 0) first = dag;
    else if (dag.name in localDags) {
      issues.add("name", `Two documents of the file have the name "${dag.name}"`, document);
    } else if (dag.name !== "") localDags[dag.name] = dag;
  });
  return first && { ...(first as Dag), localDags };
}

function asMap(root: YamlNode, what: string, issues: IssueList): MapNode | null {
  if (root.kind === "map") return root;
  issues.add("", `${what} must be a map with keys such as "steps", got ${describeNode(root)}`, root);
  return null;
}

/** The part of the text that each document takes, without the lines that separate them. */
function documentTexts(source: Source, roots: readonly YamlNode[]): string[] {
  const marks: { readonly at: number; readonly content: number }[] = [];
  for (
    const match of source.text.matchAll(
      /^(?:---(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n|$)|[ \t])|\.\.\.(?=\s|$))/gm,
    )
  ) {
    marks.push({ at: match.index, content: match.index + match[0].length });
  }
  return roots.map((root) => {
    const begin = marks.findLast((mark) => mark.at <= root.at)?.content ?? 0;
    const end = marks.find((mark) => mark.at > root.at)?.at ?? source.text.length;
    return source.text.slice(begin, end);
  });
}

/** File name without folder and extension. */
export function baseName(file: string): string {
  return file.slice(Math.max(file.lastIndexOf("/"), file.lastIndexOf("\\")) + 1).replace(
    /(?<=.)\.[^.]*$/,
    "",
  );
}
