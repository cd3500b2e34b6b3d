import { call, type Callable } from "./calls.ts";
import type { Case, Json, Part } from "./case.ts";
import { Chance } from "./chance.ts";
import { makeMistake } from "./mistakes.ts";
import { continueOn, preconditions, repeated, retried } from "./policies.ts";
import { Scope } from "./scope.ts";
import { env, givenParams, params } from "./values.ts";
import { fileOf, filters, speaks, speaksJson, work } from "./work.ts";

/** A definition that means something, and what it is started with; the seed repeats it. */
export function generate(seed: number): Case {
  const chance = new Chance(seed);
  const callables: Callable[] = [];
  const called: Json[] = [];
  for (let i = chance.below(3); i > 0; i--) {
    const scope = new Scope(false);
    const { document, outputs } = flow(chance, scope, callables, chance.from(1, 3));
    const name = `kid${i}`;
    callables.push({ name, params: scope.names.filter((one) => !one.startsWith("E")), outputs });
    called.push({ name, ...document });
  }
  const scope = new Scope();
  const head = flow(chance, scope, callables, chance.from(1, 10));
  // Dagu takes one of another document for a folder below that of temporary files.
  if (chance.chance(0.1)) head.document.workingDir = chance.pick(["sub", "./sub/deeper", "."]);
  const documents = [head.document, ...called];
  const args = givenParams(chance, head.given);
  if (chance.chance(0.15)) documents[0] = makeMistake(chance, head.document);
  return {
    documents,
    base: chance.chance(0.2) ? base(chance, !head.document.handlerOn) : {},
    args,
    retry: chance.chance(0.4),
  };
}

/** Those fields that a definition takes over from a base file with Dagu, which mixes handlers of both. */
function base(chance: Chance, takesHandlers: boolean): Part {
  return {
    ...env(chance, new Scope(), ["E1", "E4"]),
    ...chance.maybe(0.3, () => ({ tags: chance.pick<Json>(["base", ["Base", "x"]]) })),
    ...chance.maybe(0.3, () => ({ logOutput: chance.pick(["merged", "separate"]) })),
    ...chance.maybe(takesHandlers ? 0.4 : 0, () => ({ handlerOn: handlers(chance, new Scope()) })),
    ...chance.maybe(0.2, () => ({ preconditions: preconditions(chance, new Scope()) })),
    ...chance.maybe(0.2, () => ({ maxActiveSteps: 1 })),
  };
}

interface Flow {
  readonly document: Part;
  readonly given: Scope;
  readonly outputs: readonly string[];
}

function flow(chance: Chance, scope: Scope, callables: readonly Callable[], count: number): Flow {
  const graph = chance.chance(0.6);
  const document: Part = {
    ...(graph ? { type: "graph" } : chance.maybe(0.3, () => ({ type: "chain" }))),
    ...params(chance, scope),
  };
  const given = scope.copy();
  Object.assign(
    document,
    chance.chance(0.4) ? env(chance, new Scope(), ["E1", "E2"]) : {},
    chance.maybe(0.1, () => ({ maxActiveSteps: chance.from(1, 2) })),
    chance.maybe(0.08, () => ({ preconditions: preconditions(chance, scope) })),
    chance.maybe(0.05, () => ({ skipIfSuccessful: true })),
    chance.maybe(0.05, () => ({ logOutput: "merged" })),
    chance.maybe(0.1, () => ({ shell: chance.pick<Json>(["bash", "/bin/sh", ["bash", "-e"]]) })),
    chance.maybe(0.1, () => ({ tags: chance.pick<Json>(["x, Y", ["one", "two"]]) })),
  );
  if ("env" in document) {
    scope.names.push(...["E1", "E2"].filter((name) => JSON.stringify(document.env).includes(name)));
  }
  const made = steps(chance, scope, callables, count, graph);
  document.steps = made.steps;
  if (chance.chance(0.35)) document.handlerOn = handlers(chance, made.seen);
  return { document, given, outputs: made.outputs };
}

/** Steps, each with edges to some before it, and what handlers see of them. */
function steps(
  chance: Chance,
  scope: Scope,
  callables: readonly Callable[],
  count: number,
  graph: boolean,
): { steps: Part[]; seen: Scope; outputs: string[] } {
  const scopes: Scope[] = [];
  const outputs: string[] = [];
  const all: Part[] = [];
  for (let i = 0; i < count; i++) {
    const before = graph ? chance.some([...scopes.keys()], 2 / (i + 1)) : i > 0 ? [i - 1] : [];
    const own = scope.copy();
    for (const one of before) own.add(scopes[one]!);
    const made = step(chance, own, callables, `s${i}`);
    if (graph && before.length > 0) {
      const names = before.map((one) => `s${one}`);
      made.depends = names.length === 1 && chance.chance(0.5) ? names[0]! : names;
    }
    if (made.output !== undefined) outputs.push(`O${i}`);
    all.push(made);
    scopes.push(own);
  }
  const seen = scope.copy();
  for (const one of scopes) seen.add(one);
  return { steps: all, seen, outputs };
}

function step(chance: Chance, scope: Scope, callables: readonly Callable[], name: string): Part {
  const made: Part = { name, ...chance.maybe(0.15, () => ({ id: `id_${name}` })) };
  const seen = scope.copy();
  if (chance.chance(0.15)) Object.assign(made, env(chance, seen, ["E2", "E3"]));
  const callable = callables.length > 0 && chance.chance(0.25) ? chance.pick(callables) : null;
  const kind = chance.next();
  const leaves = chance.chance(0.35);
  if (callable) Object.assign(made, call(chance, callable, seen));
  else if (kind < 0.12) Object.assign(made, retried(chance, name));
  else if (kind < 0.22 && scope.isRoot) Object.assign(made, repeated(chance, name, seen));
  else if (kind < 0.24) Object.assign(made, { command: "exec sleep 3", timeoutSec: 1 });
  else if (kind < 0.28) Object.assign(made, filters(chance, seen));
  else if (leaves && chance.chance(0.2)) {
    Object.assign(made, speaksJson(chance, name));
    scope.paths.push(...["a.b", "c[0]", "c[1]"].map((path) => `${name.replace("s", "O")}.${path}`));
  } else if (leaves && chance.chance(0.7)) Object.assign(made, speaks(chance, seen, name));
  else Object.assign(made, work(chance, seen, name));
  if (JSON.stringify(made).includes(`> ${fileOf(name)}`)) scope.files.push(fileOf(name));
  Object.assign(
    made,
    // Dagu does not mark what ran out of time.
    chance.maybe("timeoutSec" in made ? 0 : 0.25, () => ({ continueOn: continueOn(chance) })),
    chance.maybe(0.12, () => ({ preconditions: preconditions(chance, seen) })),
    chance.maybe(isLine(made.command) ? 0.1 : 0, () => ({ workingDir: chance.pick(["sub", "other/place"]) })),
    chance.maybe(0.06, () => ({ stdout: `out-${name}-\${DAG_RUN_ID}` })),
    chance.maybe(0.04, () => ({ stderr: `err-${name}-\${DAG_RUN_ID}` })),
  );
  if (leaves) leaveOutput(chance, made, scope, callable);
  return made;
}

/** Scripts in folders that are not there yet fail with Dagu. */
function isLine(command: Json | undefined): boolean {
  return typeof command === "string" && !command.includes("\n");
}

/** What the step leaves is seen by those behind it. */
function leaveOutput(chance: Chance, made: Part, scope: Scope, callable: Callable | null): void {
  const name = (made.name as string).replace("s", "O");
  made.output = chance.pick<Json>([name, name, `$${name}`, { name }, { name, key: `key-${name}` }, {
    name,
    omit: true,
  }]);
  // A text of several lines becomes several commands with Dagu.
  const isLine = /^echo \w+ >> (marks|count)[^;]*; echo [^;{]*(;|$)/.test(String(made.command));
  if (isLine && !("repeatPolicy" in made)) scope.names.push(name);
  if (callable && !("parallel" in made)) {
    scope.paths.push(...callable.outputs.map((one) => `${name}.outputs.${one}`));
  }
}

function handlers(chance: Chance, scope: Scope): Part {
  const handler = (name: string): Part => ({
    ...work(chance, scope, name),
    ...chance.maybe(0.1, () => ({ preconditions: preconditions(chance, new Scope()) })),
  });
  const names = chance.some(["success", "failure", "abort", "exit"], 0.5);
  const made: Part = Object.fromEntries(names.map((name) => [name, handler(name)]));
  if (chance.chance(0.15)) made.init = work(chance, new Scope(), "init");
  return made;
}
