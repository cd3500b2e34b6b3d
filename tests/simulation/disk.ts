/**
 * A disk that keeps what it was told to keep. Names and contents are in memory first; a flush of a file brings its
 * content to the disk, a flush of a folder its names, and those of the folders above that lead to it, as the file
 * systems with a journal do. A power cut loses the rest, or a part of it.
 */
import type { Random } from "../fakes/random.ts";

const EMPTY = new Uint8Array();

/** A change of names that the disk has or has not. Those before it, in the same folders and above, go first. */
interface Change {
  readonly names: readonly { readonly folder: Node; readonly name: string; readonly node: Node | null }[];
  before: readonly Change[];
  kept: boolean;
}

/** A file or a folder. */
export class Node {
  bytes: Uint8Array = EMPTY;
  /** What a power cut leaves of the content; null when nothing was ever flushed. */
  kept: Uint8Array | null = null;
  readonly entries: Map<string, Node> | null;
  keptEntries: Map<string, Node> | null;
  /** The last change of the names in it, and the last that named itself. */
  lastChange: Change | null = null;
  placed: Change | null = null;
  links = 0;
  mtime = 0;

  constructor(readonly id: number, readonly isFolder: boolean) {
    this.entries = isFolder ? new Map() : null;
    this.keptEntries = isFolder ? new Map() : null;
  }
}

/** What is told of a change, for those who watch. */
export type DiskListener = (
  kind: "create" | "modify" | "remove" | "rename",
  paths: readonly string[],
) => void;

export class Disk {
  root: Node;
  /** Bytes that can still be written. */
  room = Infinity;
  /** Counts the power cuts: what was under way at one is never finished. */
  age = 0;
  #ids = 1;
  #pending: Change[] = [];

  constructor(readonly now: () => number, readonly onChange: DiskListener) {
    this.root = new Node(this.#ids++, true);
    this.root.links = 1;
  }

  /** @throws as Deno does */
  node(path: string): Node {
    const node = this.find(path);
    if (!node) throw missing(path);
    return node;
  }

  /** null when there is nothing. @throws NotADirectory */
  find(path: string): Node | null {
    let node: Node = this.root;
    for (let from = 1; from < path.length;) {
      const slash = path.indexOf("/", from);
      const end = slash < 0 ? path.length : slash;
      if (!node.entries) throw new Deno.errors.NotADirectory(`Not a directory: "${path}"`);
      const next = node.entries.get(path.slice(from, end));
      if (!next) return null;
      node = next;
      from = end + 1;
    }
    return node;
  }

  /** Makes a file or folder that must not exist. */
  make(path: string, isFolder: boolean): Node {
    const { folder, name } = this.#place(path);
    if (folder.entries!.has(name)) throw new Deno.errors.AlreadyExists(`File exists: "${path}"`);
    this.#needRoom(isFolder ? 512 : 64);
    const node = new Node(this.#ids++, isFolder);
    node.mtime = this.now();
    this.#change([{ folder, name, node }]);
    this.onChange("create", [path]);
    return node;
  }

  link(from: string, to: string): void {
    const node = this.node(from);
    const { folder, name } = this.#place(to);
    if (folder.entries!.has(name)) throw new Deno.errors.AlreadyExists(`File exists: "${to}"`);
    this.#change([{ folder, name, node }]);
    this.onChange("create", [to]);
  }

  remove(path: string, recursive: boolean): void {
    const node = this.node(path);
    if (node.entries?.size && !recursive) throw notEmpty(path);
    for (const name of [...node.entries?.keys() ?? []]) this.remove(`${path}/${name}`, true);
    const { folder, name } = this.#place(path);
    this.#change([{ folder, name, node: null }]);
    this.onChange("remove", [path]);
  }

  rename(from: string, to: string): void {
    const node = this.node(from);
    const source = this.#place(from);
    const target = this.#place(to);
    const there = target.folder.entries!.get(target.name);
    if (there === node) return;
    if (there?.entries?.size) throw notEmpty(to);
    this.#change([
      { folder: source.folder, name: source.name, node: null },
      { folder: target.folder, name: target.name, node },
    ]);
    this.onChange("rename", [from, to]);
  }

  /** @returns how many bytes were taken. @throws when there is no room for any */
  write(node: Node, at: number, bytes: Uint8Array): number {
    const grows = Math.max(0, at + bytes.length - node.bytes.length);
    const fit = bytes.length - Math.max(0, grows - Math.max(0, this.room));
    if (fit <= 0 && bytes.length > 0) throw full();
    const end = Math.max(node.bytes.length, at + fit);
    this.room -= end - node.bytes.length;
    if (at === 0 && fit >= node.bytes.length) node.bytes = bytes.slice(0, fit);
    else {
      const next = new Uint8Array(end);
      next.set(node.bytes);
      next.set(fit === bytes.length ? bytes : bytes.subarray(0, fit), at);
      node.bytes = next;
    }
    node.mtime = this.now();
    return fit;
  }

  truncate(node: Node, length: number): void {
    this.room += node.bytes.length - length;
    node.bytes = node.bytes.slice(0, length);
  }

  /** What a flush that begins now will have brought to the disk when it ends. */
  flush(node: Node): () => void {
    const { age } = this;
    const { bytes, lastChange } = node;
    return () => {
      if (this.age !== age) return;
      if (node.isFolder) lastChange && this.#keep(lastChange);
      else node.kept = bytes;
    };
  }

  /** Everything that is there now stays. */
  flushAll(): void {
    for (const change of this.#pending.splice(0)) this.#keep(change);
    const all = (node: Node) => {
      node.kept = node.bytes;
      for (const child of node.entries?.values() ?? []) all(child);
    };
    all(this.root);
  }

  /** Of what was not flushed some is lost: changes of names in their order, contents in any way. */
  powerCut(random: Random): void {
    this.age++;
    const share = random.pick([0, 0.5, 0.9, 1]);
    for (const change of this.#pending) {
      if (!change.kept && change.before.every(({ kept }) => kept) && random.chance(share)) this.#keep(change);
    }
    this.#pending = [];
    const seen = new Set<Node>();
    const restore = (node: Node) => {
      node.links++;
      if (seen.has(node)) return;
      seen.add(node);
      node.links = 1;
      node.lastChange = node.placed = null;
      if (!node.entries) return this.#restoreContent(node, random);
      node.entries.clear();
      for (const [name, child] of node.keptEntries!) {
        node.entries.set(name, child);
        restore(child);
      }
    };
    restore(this.root);
  }

  #restoreContent(node: Node, random: Random): void {
    const { bytes, kept } = node;
    if (bytes === kept) return;
    const from = kept ?? EMPTY;
    switch (random.below(4)) {
      case 0:
        node.bytes = from;
        break;
      case 1:
        node.bytes = bytes.slice(0, Math.min(bytes.length, from.length + random.below(bytes.length + 1)));
        break;
      case 2:
        // Its length was written, and its content not.
        node.bytes = new Uint8Array(bytes.length);
        node.bytes.set(from.subarray(0, bytes.length));
    }
    node.kept = node.bytes;
  }

  #place(path: string): { readonly folder: Node; readonly name: string } {
    const slash = path.lastIndexOf("/");
    const folder = this.node(path.slice(0, slash));
    if (!folder.entries) throw new Deno.errors.NotADirectory(`Not a directory: "${path}"`);
    return { folder, name: path.slice(slash + 1) };
  }

  #change(names: Change["names"]): void {
    const before = names.flatMap(({ folder }) => [folder.lastChange, folder.placed])
      .filter((one) => one !== null && !one.kept);
    const change: Change = { names, before: before as Change[], kept: false };
    for (const { folder, name, node } of names) {
      const there = folder.entries!.get(name);
      if (there && --there.links === 0) this.room += there.bytes.length;
      if (node) {
        folder.entries!.set(name, node);
        node.links++;
        node.placed = change;
      } else folder.entries!.delete(name);
      folder.lastChange = change;
      folder.mtime = this.now();
    }
    this.#pending.push(change);
  }

  #keep(change: Change): void {
    if (change.kept) return;
    for (const one of change.before) this.#keep(one);
    change.before = [];
    change.kept = true;
    for (const { folder, name, node } of change.names) {
      if (node) folder.keptEntries!.set(name, node);
      else folder.keptEntries!.delete(name);
    }
  }

  #needRoom(bytes: number): void {
    if (this.room < bytes) throw full();
    this.room -= bytes;
  }
}

/** A third of all that is asked for is not there, and the constructor of an error takes longer than the look. */
export function missing(path: string): Error {
  const error: Error = Object.create(Deno.errors.NotFound.prototype);
  error.name = "NotFound";
  error.message = `No such file or directory (os error 2): "${path}"`;
  return error;
}

function notEmpty(path: string): Error {
  return new Error(`Directory not empty (os error 39): "${path}"`);
}

function full(): Error {
  return new Error("No space left on device (os error 28)");
}
