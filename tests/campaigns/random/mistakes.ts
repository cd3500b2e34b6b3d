import type { Json, Part } from "./case.ts";
import type { Chance } from "./chance.ts";

type Mistake = (document: Part, step: Part) => void;

/** What people get wrong; most of it is to be refused before anything runs. */
const MISTAKES: readonly Mistake[] = [
  (_, step) => (step.comand = "echo typo"),
  (document) => (document.step = []),
  (_, step) => (step.depends = ["nobody"]),
  (document, step) => (document.steps = [...(document.steps as Json[]), { ...step }]),
  (document) => (document.type = "tree"),
  (_, step) => (step.retryPolicy = { limit: 2 }),
  (_, step) => (step.retryPolicy = { limit: "many", intervalSec: 0, exitCode: ["x"] }),
  (_, step) => (step.repeatPolicy = { repeat: "sometimes", limit: 1 }),
  (_, step) => (step.repeatPolicy = { repeat: "while", limit: 1 }),
  (_, step) => (step.signalOnStop = "SIGNOPE"),
  (_, step) => (step.continueOn = "always"),
  (_, step) => (step.continueOn = { failures: true }),
  (_, step) => (step.name = "n".repeat(41)),
  (_, step) => (step.id = "1st"),
  (_, step) => (step.id = "env"),
  (_, step) => (step.call = "nobody"),
  (_, step) => (step.timeoutSec = -1),
  (_, step) => (step.timeoutSec = "soon"),
  (_, step) => (step.command = ""),
  (_, step) => (step.command = "no-such-command-anywhere"),
  (_, step) => (step.shell = "no-such-shell"),
  (_, step) => (step.type = "no-such-type"),
  (_, step) => (step.parallel = ["a"]),
  (_, step) => (step.command = "cat no-such-file"),
  (_, step) => (step.command = "echo 'open quote"),
  (_, step) => (step.preconditions = "no-such-command-anywhere"),
  (_, step) => (step.stdout = "no/such/folder/out"),
  (document) => (document.schedule = "every day"),
  (document) => (document.maxActiveSteps = "two"),
  (document) => (document.handlerOn = { finally: { command: "true" } }),
  (document) => (document.name = "has blank"),
  (document) => (document.steps = "echo a"),
  // An init handler is told with Dagu that a run without steps has succeeded.
  (document) => Object.assign(document, { steps: [], handlerOn: {} }),
  (document) => (document.env = "A=1"),
  (document) => (document.tags = { a: ["b"] }),
];

/** The document with one mistake. */
export function makeMistake(chance: Chance, document: Part): Part {
  const copy = structuredClone(document) as Part;
  const all = copy.steps as Part[];
  chance.pick(MISTAKES)(copy, chance.pick(all));
  return copy;
}
