/** Comments beside data: what goes along when a definition is put into the other language. */
import type { FoundComment } from "../spec/yaml/comments_in.ts";
import type { Source } from "../spec/yaml/yaml_source.ts";
import type { DataNode } from "./data_node.ts";

export interface Comment {
  /** On lines of their own before what they are about. Without their marks. */
  readonly before: readonly string[];
  /** At the end of the line in which it begins. */
  readonly behind: readonly string[];
}

/** By path ({@link pathOf}). */
export type Comments = ReadonlyMap<string, Comment>;

export const NO_COMMENTS: Comments = new Map();
/** Path of what stands behind everything. */
export const END = "end";

/** Path of a member of a list or map; documents have their number. */
export function pathOf(parent: string, member: number | string): string {
  return `${parent}/${typeof member === "number" ? member : JSON.stringify(member)}`;
}

/** Where something begins that comments can be about; what contains it comes first. */
export interface Start {
  /** Offset in the text. */
  readonly at: number;
  readonly path: string;
}

/** A comment behind something belongs to the first thing that begins in its line, others to what begins after them. */
export function placed(source: Source, starts: readonly Start[], found: readonly FoundComment[]): Comments {
  const inOrder = starts.toSorted((a, b) => a.at - b.at);
  const result = new Map<string, Comment>();
  for (const { at, text } of found) {
    const line = source.lineStarts[source.positionAt(at).line - 1]!;
    const first = inOrder.find((start) => start.at >= line && start.at < at);
    // Of an item and its first member, which begin at the same place, the member.
    const about = first && inOrder.findLast((start) => start.at === first.at);
    if (about) add(result, about.path, { behind: [text] });
    else add(result, inOrder.find((start) => start.at > at)?.path ?? END, { before: [text] });
  }
  return result;
}

/**
 * The same comments for a definition as it is: what is about something that is not there goes to what would contain
 * it, and what stands before the first member of an item before the item.
 */
export function fitted(comments: Comments, documents: readonly DataNode[]): Comments {
  const result = new Map<string, Comment>();
  const homes = new Map<string, string>([[END, END]]);
  documents.forEach((node, index) => noteHomes(node, `${index}`, false, homes));
  for (const [path, { before, behind }] of comments) {
    let place = path;
    while (!homes.has(place) && place.includes("/")) place = place.slice(0, place.lastIndexOf("/"));
    const known = homes.has(place) ? place : END;
    add(result, homes.get(known)!, { before: known === path ? before : [...before, ...behind] });
    if (known === path) add(result, path, { behind });
  }
  return result;
}

/** @param homes gets each path, and the one under which comments before it are written */
function noteHomes(node: DataNode, path: string, isItem: boolean, homes: Map<string, string>): void {
  if (!homes.has(path)) homes.set(path, path);
  if (node.kind === "scalar") return;
  const members = node.kind === "list"
    ? node.items.map((item, index) => [pathOf(path, index), item] as const)
    : node.entries.map(({ key, value }) => [pathOf(path, key.text), value] as const);
  members.forEach(([member, value], index) => {
    if (isItem && index === 0) homes.set(member, homes.get(path)!);
    noteHomes(value, member, node.kind === "list", homes);
  });
}

function add(to: Map<string, Comment>, path: string, more: Partial<Comment>): void {
  const { before, behind } = to.get(path) ?? { before: [], behind: [] };
  if ((more.before ?? more.behind)?.length === 0) return;
  to.set(path, {
    before: [...before, ...more.before ?? []],
    behind: [...behind, ...more.behind ?? []],
  });
}
