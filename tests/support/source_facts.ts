/** What the layer test needs to know of a source file, read from its syntax tree. */

export interface ImportFact {
  readonly specifier: string;
  /** `type` when nothing of it exists at run time. */
  readonly kind: "static" | "dynamic" | "type";
  readonly line: number;
}

export interface UseFact {
  /** `Deno`, `fetch`, `Date.now`, `new Date()`, … */
  readonly name: string;
  readonly line: number;
  /** Evaluated while the module loads, so outside of any function. */
  readonly onImport: boolean;
}

export interface SourceFacts {
  readonly imports: readonly ImportFact[];
  readonly uses: readonly UseFact[];
  /** Lines of statements that do something while the module loads. */
  readonly effects: readonly number[];
}

/** Names that reach outside of the program or whose value changes from call to call. */
const IMPURE = new Set([
  "Deno",
  "fetch",
  "process",
  "performance",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "localStorage",
  "sessionStorage",
  "Worker",
  "WebSocket",
  "BroadcastChannel",
  "console",
]);
const IMPURE_MEMBERS = new Set(["Date.now", "Math.random", "crypto.randomUUID", "crypto.getRandomValues"]);

type Tree = Deno.lint.Node;

function parentOf(node: Tree): Tree | undefined {
  return (node as { parent?: Tree }).parent;
}

function insideFunction(node: Tree): boolean {
  for (let at = parentOf(node); at; at = parentOf(at)) {
    if (/Function/.test(at.type) || at.type === "PropertyDefinition") return true;
  }
  return false;
}

/** A name that is only a key or a property (`obj.fetch`, `{ fetch: 1 }`), not the global. */
function isPropertyName(node: Deno.lint.Identifier): boolean {
  const parent = parentOf(node) as Tree & Record<string, unknown> | undefined;
  if (!parent) return false;
  if (parent.type === "MemberExpression") {
    const object = parent.object as Tree & { name?: string };
    return parent.property === node && !parent.computed && object.name !== "globalThis";
  }
  const named = [
    "Property",
    "MethodDefinition",
    "PropertyDefinition",
    "TSPropertySignature",
    "TSMethodSignature",
  ];
  if (named.includes(parent.type)) return parent.key === node && !parent.shorthand;
  return parent.type === "ImportSpecifier" || parent.type === "ExportSpecifier";
}

function memberName(node: Deno.lint.MemberExpression): string {
  const object = node.object as { name?: string };
  const property = node.property as { name?: string };
  return `${object.name}.${property.name}`;
}

/** Reads one TypeScript file. Works only inside `deno test`. */
export function sourceFacts(path: string, text: string): SourceFacts {
  const imports: ImportFact[] = [];
  const uses: UseFact[] = [];
  const effects: number[] = [];
  const lineOf = (node: Tree) => text.slice(0, node.range[0]).split("\n").length;
  const addImport = (node: Tree, specifier: unknown, kind: ImportFact["kind"]) => {
    if (typeof specifier === "string") imports.push({ specifier, kind, line: lineOf(node) });
  };
  const addUse = (node: Tree, name: string) =>
    uses.push({ name, line: lineOf(node), onImport: !insideFunction(node) });
  const visitor: Deno.lint.LintVisitor = {
    Program(node) {
      for (const statement of node.body) {
        if (statement.type === "ExpressionStatement") effects.push(lineOf(statement));
      }
    },
    AwaitExpression(node) {
      if (!insideFunction(node)) effects.push(lineOf(node));
    },
    ImportDeclaration(node) {
      const only = node.specifiers.length > 0 &&
        node.specifiers.every((s) => s.type === "ImportSpecifier" && s.importKind === "type");
      addImport(node, node.source.value, node.importKind === "type" || only ? "type" : "static");
    },
    ExportNamedDeclaration(node) {
      if (node.source) addImport(node, node.source.value, node.exportKind === "type" ? "type" : "static");
    },
    ExportAllDeclaration(node) {
      addImport(node, node.source.value, node.exportKind === "type" ? "type" : "static");
    },
    ImportExpression(node) {
      addImport(node, (node.source as { value?: unknown }).value, "dynamic");
    },
    TSImportType(node) {
      addImport(
        node,
        (node as unknown as { argument?: { literal?: { value?: unknown } } }).argument?.literal?.value,
        "type",
      );
    },
    Identifier(node) {
      if (IMPURE.has(node.name) && !isPropertyName(node)) addUse(node, node.name);
    },
    MemberExpression(node) {
      if (IMPURE_MEMBERS.has(memberName(node))) addUse(node, memberName(node));
    },
    NewExpression(node) {
      if ((node.callee as { name?: string }).name === "Date" && node.arguments.length === 0) {
        addUse(node, "new Date()");
      }
    },
  };
  const plugin: Deno.lint.Plugin = { name: "facts", rules: { facts: { create: () => visitor } } };
  Deno.lint.runPlugin(plugin, path, text);
  return { imports, uses, effects };
}
