import type { Json, Part } from "./case.ts";
import type { Chance } from "./chance.ts";
import type { Scope } from "./scope.ts";
import { worksAtLast } from "./work.ts";

export function continueOn(chance: Chance): Json {
  const choices: Json[] = [
    "failed",
    "skipped",
    { failure: true },
    { skipped: true },
    { failed: true, skipped: true },
    { exitCode: [3] },
    { exitCode: 3 },
    { exitCode: "5" },
    { exitCode: [0, 5, 7], skipped: true },
    { output: "a" },
    { output: ["nothing", "re:^s[0-9]"] },
    { failure: true, markSuccess: true },
    { exitCode: [3, 1], markSuccess: true },
    { skipped: true, markSuccess: true },
  ];
  return chance.pick(choices);
}

/** With what the step does, for a retry has to have an end. */
export function retried(chance: Chance, name: string): Part {
  const policy: Part = { limit: chance.from(0, 3), intervalSec: 0 };
  if (chance.chance(0.3)) policy.exitCode = chance.pick([[7], [1, 2], [7, 8]]);
  if (chance.chance(0.1)) policy.backoff = chance.pick<Json>([true, 1.5]);
  if (chance.chance(0.1)) policy.limit = String(policy.limit);
  return { command: worksAtLast(name, chance.from(1, 4)), retryPolicy: policy };
}

/** For a DAG that runs once: commands of conditions do not know the id of the run with Dagu. */
export function repeated(chance: Chance, name: string, scope: Scope): Part {
  const count = `count-${name}`;
  const seen = `test $(wc -l < ${count}) -`;
  const policies: Json[] = [
    { repeat: true, limit: chance.from(1, 3), intervalSec: 0 },
    { repeat: "while", condition: `${seen}lt 3`, limit: 4 },
    { repeat: "until", condition: `${seen}ge 2`, intervalSec: 0, limit: 5 },
    { condition: `\`wc -l < ${count}\``, expected: "2", limit: 4 },
    { repeat: "until", condition: `\`tail -n 1 ${count}\``, expected: `re:^${name}`, limit: 3 },
    { exitCode: [0], limit: 2 },
    { repeat: "until", exitCode: [3], limit: 3 },
    { repeat: "while", exitCode: [3, 4], limit: 3 },
    { repeat: "while", condition: scope.value(chance), expected: "a", limit: 2 },
    { limit: 3 },
  ];
  const ending = chance.pick(["", "; exit 3", `; test $(wc -l < ${count}) -lt 2 || exit 4`]);
  return {
    command: `echo ${name} >> ${count}; echo round${ending}`,
    repeatPolicy: chance.pick(policies),
  };
}

export function preconditions(chance: Chance, scope: Scope): Json {
  const negate: Part = chance.chance(0.3) ? { negate: true } : {};
  const conditions: Json[] = [
    "true",
    "test -f ok",
    { condition: "test -d .", ...negate },
    { condition: "`printf 'x\\ny'`", expected: "y", ...negate },
    { condition: "`false`", expected: "", ...negate },
    { condition: "test -f nowhere", ...negate },
    { condition: scope.value(chance), expected: chance.pick(["a", "b c", "re:^[a-z]"]), ...negate },
    { condition: "`echo one`", expected: "one", ...negate },
    { condition: "$(echo one)", expected: "re:o.e", ...negate },
    { condition: `test ${scope.text(chance)} = a`, ...negate },
  ];
  const [first, second] = [chance.pick(conditions), chance.pick(conditions)];
  return chance.chance(0.3) ? [first, second] : chance.chance(0.5) ? [first] : first;
}
