/** What the search offers. */
import { to } from "../addresses.ts";
import type { DagFile, DagSearch, RunSummary } from "../api/types.ts";
import type { IconName } from "../parts/icon.tsx";
import { runWord } from "../parts/tone.ts";
import { go } from "../router.ts";
import { isManager, mayRun } from "../session.ts";
import { toggleTheme } from "../theme.ts";
import { startWorkflow, suspendWorkflow } from "../workflow_actions.ts";
import { overlay } from "./overlay.ts";

export interface Find {
  readonly key: string;
  readonly kind: "page" | "workflow" | "run" | "definition" | "action";
  readonly icon: IconName;
  readonly text: string;
  readonly about: string;
  readonly run: () => void;
}

const page = (text: string, about: string, icon: IconName, address: string): Find => ({
  key: `page ${text}`,
  kind: "page",
  icon,
  text,
  about,
  run: () => go(address),
});

export function pageFinds(): Find[] {
  return [
    page("Now", "what needs you, what runs, what comes next", "home", to.now()),
    page("Workflows", "all definitions", "flow", to.workflows()),
    page("Runs", "all runs", "list", to.runs()),
    page("Failed runs", "of the last 24 hours", "list", to.runs({ q: "status:failed since:24h" })),
    page("Queues", "what waits, and why", "queue", to.queues()),
    page("System", "services, machine, settings", "pulse", to.system()),
    ...(isManager() ? [page("Administration", "users, keys, webhooks, audit", "shield", to.admin())] : []),
  ];
}

export function workflowFinds(dags: readonly DagFile[]): Find[] {
  return dags.map(({ fileName, dag }) => ({
    key: `workflow ${fileName}`,
    kind: "workflow",
    icon: "flow",
    text: dag.name,
    about: [dag.description, ...dag.tags ?? []].filter((part) => part).join(" · "),
    run: () => go(to.workflow(fileName)),
  }));
}

export function actionFinds(dags: readonly DagFile[]): Find[] {
  const action = (text: string, about: string, icon: IconName, run: () => void): Find => ({
    key: `action ${text}`,
    kind: "action",
    icon,
    text,
    about,
    run,
  });
  const ofEach = mayRun()
    ? dags.filter(({ errors }) => errors.length === 0).flatMap((entry) => {
      const { fileName, dag, suspended } = entry;
      return [
        action(`Start ${fileName}`, "", "play", () => void startWorkflow(entry)),
        ...(dag.schedule?.length || suspended
          ? [
            action(
              `${suspended ? "Resume" : "Suspend"} ${fileName}`,
              "its schedule",
              suspended ? "clock" : "pause",
              () => void suspendWorkflow(fileName, !suspended),
            ),
          ]
          : []),
      ];
    })
    : [];
  return [
    action("Light or dark", "colours of this page", "moon", toggleTheme),
    action("Keys", "all keys that work", "info", () => overlay.value = "keys"),
    ...ofEach,
  ];
}

export function runFinds(runs: readonly RunSummary[]): Find[] {
  return runs.map(({ name, dagRunId, status }) => ({
    key: `run ${name} ${dagRunId}`,
    kind: "run",
    icon: "list",
    text: `${name} ${dagRunId}`,
    about: runWord(status),
    run: () => go(to.run(name, dagRunId)),
  }));
}

const LINES_OF_EACH = 3;

export function definitionFinds({ results }: DagSearch): Find[] {
  return results.flatMap(({ name, matches }) =>
    matches.slice(0, LINES_OF_EACH).map(({ line, lineNumber, startLine }): Find => ({
      key: `definition ${name} ${lineNumber}`,
      kind: "definition",
      icon: "edit",
      text: (line.split("\n")[lineNumber - startLine] ?? "").trim(),
      about: `${name}, line ${lineNumber}`,
      run: () => go(to.workflow(name, "definition", { line: lineNumber })),
    }))
  );
}

/** Those that hold every word; what begins with the text comes first, actions come after what they are about. */
export function rank(finds: readonly Find[], text: string): Find[] {
  const words = text.toLowerCase().split(/\s+/).filter((word) => word !== "");
  if (words.length === 0) return finds.filter(({ kind }) => kind === "page" || kind === "workflow");
  const scored = finds.flatMap((find) => {
    const name = find.text.toLowerCase();
    const all = `${name} ${find.about.toLowerCase()}`;
    if (!words.every((word) => all.includes(word) || find.kind === word)) return [];
    const first = words[0]!;
    const score = name.startsWith(first) ? 0 : name.includes(first) ? 1 : 2;
    return [{ find, score: score + (find.kind === "action" ? 0.5 : 0) }];
  });
  return scored.sort((a, b) => a.score - b.score).map(({ find }) => find);
}
