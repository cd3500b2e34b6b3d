import type { Json, Part } from "./case.ts";
import type { Chance } from "./chance.ts";
import { type Scope, WORDS } from "./scope.ts";

const NAMES = ["A", "B", "LONG_NAME", "low"];

/** How values are written behind a name in a text of parameters. */
function pair(name: string, value: string): string {
  return /[^\w./:,-]/.test(value) ? `${name}="${value}"` : `${name}=${value}`;
}

/** Parameters of a DAG in one of their forms; what they are called goes to the scope. */
export function params(chance: Chance, scope: Scope): Part {
  const names = chance.some(NAMES, 0.4);
  const values = names.map(() => chance.pick(WORDS));
  scope.names.push(...names);
  const pairs = names.map((name, i) => pair(name, values[i]!));
  if (names.length === 0) return positional(chance, scope);
  switch (chance.below(3)) {
    case 0:
      return { params: pairs.join(" ") };
    case 1:
      return { params: names.map((name, i): Json => ({ [name]: values[i]! })) };
    default:
      return { params: pairs };
  }
}

function positional(chance: Chance, scope: Scope): Part {
  if (chance.chance(0.6)) return {};
  scope.names.push("1", "2");
  return { params: chance.pick(["one two", '"one more" 2']) };
}

/** What the command line gives for such parameters. */
export function givenParams(chance: Chance, scope: Scope): string[] {
  const words = WORDS.filter((word) => !word.includes(" "));
  const given = scope.names.map((name) => {
    const value = chance.pick(words);
    return /^\d/.test(name) ? value : `${name}=${value}`;
  });
  const some = /^\d/.test(scope.names[0] ?? "") ? given : chance.some(given, 0.6);
  if (some.length === 0 || chance.chance(0.5)) return [];
  return chance.chance(0.3) ? ["-p", some.join(" ")] : ["--", ...some];
}

/** `env` of a DAG or a step, in one of its forms. */
export function env(chance: Chance, scope: Scope, names: readonly string[]): Part {
  const own = chance.some(names, 0.6);
  if (own.length === 0) return {};
  const entries = own.map((name) => [name, scope.value(chance)] as const);
  scope.names.push(...own.filter((name) => !scope.names.includes(name)));
  const map = Object.fromEntries(entries);
  return {
    env: chance.pick<Json>([
      map,
      entries.map(([k, v]) => ({ [k]: v })),
      entries.map(([k, v]) => `${k}=${v}`),
    ]),
  };
}
