import { assert, assertEquals } from "./assert.ts";
import {
  ALSO,
  EFFECTS,
  type Layer,
  LAYERS,
  LONG_FILES,
  MAX_LINES,
  MAY_IMPORT,
  PACKAGES,
  PROGRAMS,
  PURE,
  START_PATH,
} from "./support/layer_rules.ts";
import { type ImportFact, type SourceFacts, sourceFacts } from "./support/source_facts.ts";

const ROOT = new URL("../", import.meta.url);
const SNAKE = /^[a-z0-9]+(_[a-z0-9]+)*(\.d)?\.tsx?$/;

interface Source {
  readonly path: string;
  readonly lines: number;
  readonly test: boolean;
  readonly facts: SourceFacts;
}

function* walk(folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(new URL(folder, ROOT))) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* walk(path);
    else if (/\.tsx?$/.test(entry.name)) yield path;
  }
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(new URL(path, ROOT)).isFile;
  } catch {
    return false;
  }
}

function readSource(path: string): Source {
  const text = Deno.readTextFileSync(new URL(path, ROOT));
  return {
    path,
    lines: text.split("\n").length - 1,
    test: /_test\.tsx?$/.test(path),
    facts: sourceFacts(path, text),
  };
}

function layerOf(path: string): Layer | null {
  const folder = /^src\/([^/]+)\//.exec(path)?.[1];
  return LAYERS.find((layer) => layer === folder) ?? null;
}

/** Path of an imported file of ours, null for a package. */
function target(from: string, specifier: string): string | null {
  if (!/^\.{0,2}\//.test(specifier)) return null;
  return new URL(specifier, `file:///${from}`).pathname.slice(1);
}

function mayImport(layer: Layer, to: string, fact: ImportFact): boolean {
  const other = layerOf(to);
  if (other === layer) return true;
  if (other && MAY_IMPORT[layer].includes(other)) return true;
  return ALSO.some((also) =>
    also.layer === layer && also.to.test(to) && (!also.type || fact.kind === "type")
  );
}

function mayUsePackage(path: string, layer: Layer, fact: ImportFact): boolean {
  if (
    PACKAGES.some((p) =>
      p.layer === layer && p.specifier.test(fact.specifier) && (!p.lazy || fact.kind !== "static")
    )
  ) {
    return true;
  }
  if (PURE.includes(layer)) return false;
  return !fact.specifier.startsWith("node:") || EFFECTS.some((allowed) => allowed.test(path));
}

/** Groups of files that import each other in a circle, each as one readable line. */
function cycles(edges: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const state = new Map<string, "open" | "done">();
  const stack: string[] = [];
  const visit = (file: string) => {
    state.set(file, "open");
    stack.push(file);
    for (const next of edges.get(file) ?? []) {
      if (state.get(next) === "open") found.push([...stack.slice(stack.indexOf(next)), next].join(" -> "));
      else if (!state.has(next)) visit(next);
    }
    stack.pop();
    state.set(file, "done");
  };
  for (const file of edges.keys()) if (!state.has(file)) visit(file);
  return found;
}

function closure(start: string, edges: ReadonlyMap<string, readonly string[]>): Map<string, string> {
  const from = new Map([[start, ""]]);
  for (const file of from.keys()) {
    for (const next of edges.get(file) ?? []) if (!from.has(next)) from.set(next, file);
  }
  return from;
}

function buildGraph(sources: readonly Source[], kinds: readonly ImportFact["kind"][]): Map<string, string[]> {
  const edges = new Map<string, string[]>();
  for (const source of sources) {
    const targets = source.facts.imports.filter((fact) => kinds.includes(fact.kind))
      .map((fact) => target(source.path, fact.specifier)).filter((path) => path !== null);
    edges.set(source.path, targets);
  }
  return edges;
}

function none(problems: readonly string[]): void {
  assert(problems.length === 0, `${problems.length} offending:\n  ${problems.join("\n  ")}`);
}

const files = [...walk("src")].sort();
const sources = files.map(readSource);
const code = sources.filter((source) => !source.test);

Deno.test("layers: every folder of src is a known layer", () => {
  none(files.filter((path) => layerOf(path) === null));
});

Deno.test("layers: imports go only to the layers above", () => {
  none(code.flatMap((source) =>
    source.facts.imports.flatMap((fact) => {
      const layer = layerOf(source.path);
      const to = target(source.path, fact.specifier);
      if (layer === null || to === null || mayImport(layer, to, fact)) return [];
      return [`${source.path}:${fact.line} imports ${to} (${fact.kind})`];
    })
  ));
});

Deno.test("layers: outside packages only where they are allowed", () => {
  none(code.flatMap((source) =>
    source.facts.imports.flatMap((fact) => {
      const layer = layerOf(source.path);
      if (layer === null || target(source.path, fact.specifier) !== null) return [];
      return mayUsePackage(source.path, layer, fact)
        ? []
        : [`${source.path}:${fact.line} imports ${fact.specifier}`];
    })
  ));
});

Deno.test("layers: no import cycle, types and what is loaded late included", () => {
  none(cycles(buildGraph(code, ["static", "type", "dynamic"])));
});

Deno.test("layers: pure layers touch nothing outside of the program", () => {
  none(
    code.filter((source) => PURE.some((layer) => layer === layerOf(source.path))).flatMap((source) =>
      source.facts.uses.map((use) => `${source.path}:${use.line} uses ${use.name}`)
    ),
  );
});

Deno.test("layers: Deno.* only in platform and the file stores", () => {
  none(
    code.filter((source) => !EFFECTS.some((allowed) => allowed.test(source.path))).flatMap((source) =>
      source.facts.uses.filter((use) => use.name === "Deno").map((use) =>
        `${source.path}:${use.line} uses Deno`
      )
    ),
  );
});

Deno.test("layers: nothing happens on import", () => {
  none(
    code.filter((source) => !PROGRAMS.some((program) => program.test(source.path))).flatMap((source) => [
      ...source.facts.effects.map((line) => `${source.path}:${line} has an effect on import`),
      ...source.facts.uses.filter((use) => use.onImport && use.name !== "Deno")
        .map((use) => `${source.path}:${use.line} uses ${use.name} on import`),
    ]),
  );
});

Deno.test("layers: start loads no node: module and no package but the YAML reader", () => {
  none(START_PATH.filter((path) => !exists(path)).map((path) => `${path} is named but missing`));
  const roots = START_PATH.filter(exists);
  const all = [...code, ...roots.filter((path) => !path.startsWith("src/")).map(readSource)];
  const byPath = new Map(all.map((source) => [source.path, source]));
  const edges = buildGraph(all, ["static"]);
  none(
    roots.flatMap((root) =>
      [...closure(root, edges)].flatMap(([path, from]) =>
        (byPath.get(path)?.facts.imports ?? [])
          .filter((fact) => fact.kind === "static" && target(path, fact.specifier) === null)
          .filter((fact) => fact.specifier !== "js-yaml")
          .map((fact) => `${path}:${fact.line} imports ${fact.specifier} (reached from ${from || root})`)
      )
    ),
  );
});

Deno.test("layers: files are short and named in snake_case", () => {
  none(sources.flatMap((source) => {
    const problems: string[] = [];
    if (source.lines > MAX_LINES && !(source.path in LONG_FILES)) {
      problems.push(`${source.path} has ${source.lines} lines, at most ${MAX_LINES} are allowed`);
    }
    for (const part of source.path.split("/").slice(1, -1)) {
      if (!SNAKE.test(`${part}.ts`)) problems.push(`${source.path}: folder ${part} is not in snake_case`);
    }
    if (!SNAKE.test(source.path.split("/").at(-1)!)) problems.push(`${source.path} is not in snake_case`);
    return problems;
  }));
  none(
    Object.keys(LONG_FILES).filter((path) => !files.includes(path)).map((path) =>
      `${path} is named but missing`
    ),
  );
});

Deno.test("layers: the reader of sources sees what it must", () => {
  const text = [
    'import type { A } from "./a.ts";',
    'export * from "./b.ts";',
    'import { type C } from "./c.ts";',
    'const load = () => import("./d.ts");',
    'type E = import("./e.ts").E;',
    "// Deno.args in a comment",
    'const quoted = "Deno.args", pattern = /["\'`]fetch/;',
    "const now = Date.now();",
    "function f(o: { fetch(): void }) { o.fetch(); return `${Deno.pid}` + new Date() + fetch; }",
    "f(quoted);",
  ].join("\n");
  const facts = sourceFacts("sample.ts", text);
  assertEquals(facts.imports.map((fact) => `${fact.line} ${fact.kind} ${fact.specifier}`), [
    "1 type ./a.ts",
    "2 static ./b.ts",
    "3 type ./c.ts",
    "4 dynamic ./d.ts",
    "5 type ./e.ts",
  ]);
  assertEquals(facts.uses.map((use) => `${use.line} ${use.name} ${use.onImport}`).sort(), [
    "8 Date.now true",
    "9 Deno false",
    "9 fetch false",
    "9 new Date() false",
  ]);
  assertEquals(facts.effects, [10]);
  assertEquals(cycles(new Map([["a", ["b"]], ["b", ["c"]], ["c", ["a"]], ["d", ["a"]]])), [
    "a -> b -> c -> a",
  ]);
});
