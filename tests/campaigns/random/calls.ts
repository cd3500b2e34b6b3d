import type { Json, Part } from "./case.ts";
import type { Chance } from "./chance.ts";
import type { Scope } from "./scope.ts";

/** A DAG that others of its file may call. */
export interface Callable {
  readonly name: string;
  readonly params: readonly string[];
  /** Names of its outputs. */
  readonly outputs: readonly string[];
}

function given(chance: Chance, { params }: Callable, value: () => string): Part {
  const names = chance.some(params.filter((name) => !/^\d/.test(name)), 0.7);
  if (names.length === 0) return {};
  const texts = names.map((name) => `${name}="${value()}"`);
  const map = Object.fromEntries(names.map((name) => [name, value()]));
  return { params: chance.pick<Json>([texts.join(" "), texts, map]) };
}

/** A step that calls a DAG, or several runs of it. */
export function call(chance: Chance, callable: Callable, scope: Scope): Part {
  if (chance.chance(0.6)) {
    return { call: callable.name, ...given(chance, callable, () => scope.value(chance)) };
  }
  if (chance.chance(0.2)) return ofText(chance, callable);
  const items = chance.pick<readonly Json[]>([
    ["x", "y", "z"],
    [1, 2],
    ["one"],
    ["x", "x"],
    [{ P: "1", Q: "a" }, { P: "2", Q: "b" }],
  ]);
  const item = typeof items[0] === "object" ? "${ITEM.P}" : "${ITEM}";
  const parallel = chance.pick<Json>([items, { items }, { items, maxConcurrent: 1 }]);
  return { call: callable.name, parallel, ...given(chance, callable, () => item) };
}

/** Items that are one text: a list in JSON, or words. */
function ofText(chance: Chance, callable: Callable): Part {
  const items = chance.pick(["x y", "x,y", "x|y z", "x;y", '["x", "y z"]', "[1, 2]", "one", "${NONE}"]);
  const parallel = chance.pick<Json>([items, { items, maxConcurrent: 2 }]);
  return { call: callable.name, parallel, ...given(chance, callable, () => "${ITEM}") };
}
