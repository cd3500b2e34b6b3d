/** YAML text -> one tree a document. */
import { type Event, EVENT_ID, getScalarValue, SCALAR_STYLE, type ScalarEvent } from "js-yaml";
import type { Issue } from "../../core/errors.ts";
import { MAX_DEPTH, type ParsedText, readEvents } from "./yaml_events.ts";
import {
  isNull,
  type ListNode,
  type MapEntry,
  type MapNode,
  type ScalarNode,
  type YamlNode,
} from "./yaml_node.ts";
import { resolveScalar, type ScalarType } from "./yaml_scalar.ts";
import type { Source } from "./yaml_source.ts";

/** Nodes that aliases and merge keys may add to a text: an alias bomb has far more. */
const MAX_COPIES = 100_000;

export interface YamlDocuments {
  /** Roots of the documents that are not empty. After an issue they may lack what the issue is about. */
  readonly roots: readonly YamlNode[];
  readonly issues: readonly Issue[];
}

/** Reads all documents of a text. Never throws on what the text says. */
export function parseYaml(source: Source): YamlDocuments {
  const parsed = readEvents(source);
  if ("message" in parsed) return { roots: [], issues: [parsed] };
  return new TreeBuilder(source, parsed).build();
}

interface Frame {
  readonly event: Event;
  readonly at: number;
  readonly anchor: string;
  readonly items: YamlNode[];
  readonly entries: MapEntry[];
  /** The keys of a large map and where they stand. */
  known: Map<string, number> | null;
  merges: boolean;
  key: YamlNode | null;
  /** Nodes below, aliases counted as often as they are used. */
  size: number;
  height: number;
}

const NO_ITEMS: YamlNode[] = [];
const NO_ENTRIES: MapEntry[] = [];

/** Maps with more keys get an index of them. */
const FEW_KEYS = 16;

interface Weight {
  readonly size: number;
  readonly height: number;
}

class TreeBuilder {
  readonly #roots: YamlNode[] = [];
  readonly #issues: Issue[] = [];
  readonly #frames: Frame[] = [];
  readonly #weights = new Map<YamlNode, Weight>();
  readonly #merges = new Set<ScalarNode>();
  #anchors = new Map<string, YamlNode | null>();
  #last = 0;
  #copies = 0;

  constructor(readonly source: Source, readonly parsed: ParsedText) {}

  build(): YamlDocuments {
    for (const event of this.parsed.events) {
      this.#take(event);
      if (this.#copies > MAX_COPIES) return { roots: [], issues: this.#issues };
    }
    return { roots: this.#roots, issues: this.#issues };
  }

  #take(event: Event): void {
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        this.#anchors = new Map();
        this.#open(event, this.#last, "");
        break;
      case EVENT_ID.SEQUENCE:
      case EVENT_ID.MAPPING: {
        const anchor = this.#name(event.anchorStart, event.anchorEnd);
        if (anchor) this.#anchors.set(anchor, null);
        this.#open(event, this.parsed.original(event.start), anchor);
        break;
      }
      case EVENT_ID.SCALAR: {
        const node = this.#scalar(event);
        const anchor = this.#name(event.anchorStart, event.anchorEnd);
        if (anchor) this.#anchors.set(anchor, node);
        this.#add(node, 1, 0);
        break;
      }
      case EVENT_ID.ALIAS:
        this.#alias(
          this.#name(event.anchorStart, event.anchorEnd),
          this.parsed.original(event.anchorStart) - 1,
        );
        break;
      case EVENT_ID.POP:
        this.#close();
        break;
    }
  }

  #name(start: number, end: number): string {
    return start < 0 ? "" : this.parsed.text.slice(start, end);
  }

  #open(event: Event, at: number, anchor: string): void {
    this.#last = at;
    this.#frames.push({
      event,
      at,
      anchor,
      items: event.type === EVENT_ID.MAPPING ? NO_ITEMS : [],
      entries: event.type === EVENT_ID.MAPPING ? [] : NO_ENTRIES,
      known: null,
      merges: false,
      key: null,
      size: 1,
      height: 0,
    });
  }

  #close(): void {
    const frame = this.#frames.pop()!;
    if (frame.event.type === EVENT_ID.DOCUMENT) {
      const root = frame.items[0];
      if (root && !isNull(root)) this.#roots.push(root);
      return;
    }
    const place = { source: this.source, at: frame.at };
    const node: ListNode | MapNode = frame.event.type === EVENT_ID.SEQUENCE
      ? { kind: "list", ...place, items: frame.items }
      : { kind: "map", ...place, entries: this.#merged(frame) };
    if (frame.anchor) {
      this.#anchors.set(frame.anchor, node);
      this.#weights.set(node, { size: frame.size, height: frame.height });
    }
    this.#add(node, frame.size, frame.height + 1);
  }

  #add(node: YamlNode, size: number, height: number): void {
    const frame = this.#frames[this.#frames.length - 1];
    frame.size += size;
    frame.height = Math.max(frame.height, height);
    if (frame.event.type !== EVENT_ID.MAPPING) {
      frame.items.push(node);
    } else if (frame.key === null) {
      frame.key = node;
    } else {
      this.#addPair(frame, frame.key, node);
      frame.key = null;
    }
  }

  #addPair(frame: Frame, key: YamlNode, value: YamlNode): void {
    if (key.kind !== "scalar") {
      this.#issue(key.at, "A key must be a plain text; put quotes around texts that begin with { or [");
      return;
    }
    const name = key.type === "null" ? "null" : key.text;
    const merge = this.#merges.has(key);
    const first = merge ? undefined : firstPlace(frame, name);
    if (first !== undefined) {
      const line = this.source.positionAt(first).line;
      this.#issue(key.at, `The key "${clip(name)}" is already given in line ${line}`);
      return;
    }
    if (merge) frame.merges = true;
    frame.known?.set(name, key.at);
    frame.entries.push({ key: key.text === name ? key : { ...key, text: name }, value });
  }

  /** Replaces `<<` by the entries of the maps it names; what the map itself says wins. */
  #merged(frame: Frame): readonly MapEntry[] {
    if (!frame.merges) return frame.entries;
    const own = new Set(frame.entries.filter(({ key }) => !this.#merges.has(key)).map(({ key }) => key.text));
    const result = new Map<string, MapEntry>();
    for (const entry of frame.entries) {
      if (!this.#merges.has(entry.key)) {
        result.set(entry.key.text, entry);
        continue;
      }
      const maps = entry.value.kind === "list" ? entry.value.items : [entry.value];
      for (const map of maps) {
        if (map.kind !== "map") {
          this.#issue(entry.value.at, "The value of << must be a map or a list of maps");
          continue;
        }
        for (const inner of map.entries) if (!own.has(inner.key.text)) result.set(inner.key.text, inner);
        this.#charge(map.entries.length, entry.value.at);
      }
    }
    return [...result.values()];
  }

  #alias(name: string, at: number): void {
    const target = this.#anchors.get(name);
    const empty: ScalarNode = { kind: "scalar", source: this.source, at, type: "null", text: "" };
    if (!target) {
      const problem = target === null ? "refers to itself" : "is not defined above";
      this.#issue(at, `The alias "*${clip(name)}" ${problem}; put quotes around a text that begins with *`);
      this.#add(empty, 1, 0);
      return;
    }
    const weight = this.#weights.get(target) ?? { size: 1, height: 0 };
    this.#charge(weight.size, at);
    if (this.#frames.length + weight.height > MAX_DEPTH) {
      this.#issue(at, `Nested deeper than ${MAX_DEPTH} levels`);
      this.#add(empty, 1, 0);
      return;
    }
    this.#add(target, weight.size, target.kind === "scalar" ? 0 : weight.height + 1);
  }

  #charge(copies: number, at: number): void {
    const before = this.#copies;
    this.#copies += copies;
    if (before <= MAX_COPIES && this.#copies > MAX_COPIES) {
      this.#issue(at, `The aliases of this text stand for more than ${MAX_COPIES} values`);
    }
  }

  #scalar(event: ScalarEvent): ScalarNode {
    const at = event.valueStart < 0 ? this.#last : this.parsed.original(event.valueStart) - quoteWidth(event);
    this.#last = at;
    const source = getScalarValue(this.parsed.text, event);
    const tag = this.#name(event.tagStart, event.tagEnd).replace(
      /^!!|^!<tag:yaml\.org,2002:([a-z]+)>$/,
      "!!$1",
    );
    const plain = event.style === SCALAR_STYLE.PLAIN;
    const { type, text } = tag
      ? this.#tagged(tag, source, plain, at)
      : plain
      ? resolveScalar(source)
      : { type: "string" as const, text: source };
    const node: ScalarNode = { kind: "scalar", source: this.source, at, type, text };
    if (plain && source === "<<" && !tag) this.#merges.add(node);
    return node;
  }

  #tagged(tag: string, source: string, plain: boolean, at: number): { type: ScalarType; text: string } {
    switch (tag) {
      case "!!null":
        return { type: "null", text: "" };
      case "!!int":
      case "!!float":
      case "!!bool": {
        const value = resolveScalar(source);
        const fits = tag === "!!bool"
          ? value.type === "bool"
          : value.type === "int" || value.type === "float";
        if (!fits) this.#issue(at, `The value "${clip(source)}" does not fit its tag ${tag}`);
        return value;
      }
      case "!!binary":
        this.#issue(at, "The tag !!binary is not supported");
        return { type: "string", text: source };
      case "!!str":
      case "!":
        return { type: "string", text: source };
      default:
        return plain ? resolveScalar(source) : { type: "string", text: source };
    }
  }

  #issue(at: number, message: string): void {
    this.#issues.push({ field: "", message, position: this.source.positionAt(at) });
  }
}

/** Where a map has a key already. */
function firstPlace(frame: Frame, name: string): number | undefined {
  const { entries } = frame;
  if (entries.length > FEW_KEYS) {
    frame.known ??= new Map(entries.map(({ key }) => [key.text, key.at]));
    return frame.known.get(name);
  }
  for (const { key } of entries) if (key.text === name) return key.at;
  return undefined;
}

function quoteWidth(event: ScalarEvent): number {
  return event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED ? 1 : 0;
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
