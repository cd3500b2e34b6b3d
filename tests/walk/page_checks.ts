/** What each page has to show. */
import type { Check, Scene } from "./check.ts";

/** Opens the address of a page and waits for these texts. */
function shows(about: string, path: (ids: Scene["ids"]) => string, ...texts: readonly string[]): Check {
  return {
    about,
    run: async ({ visitor, ids }) => {
      await visitor.visit(path(ids));
      await visitor.shows(...texts);
    },
  };
}

const run = (dag: string) => (ids: Scene["ids"]) => `/dag-runs/${dag}/${ids[dag]}`;
const at = (path: string) => () => path;
/** The page of a run, one of its tabs opened. */
function tab(dag: string, name: string, ...texts: readonly string[]): Check {
  return {
    about: `run: tab ${name}`,
    run: async ({ visitor, ids }) => {
      await visitor.visit(run(dag)(ids));
      await visitor.press(name);
      await visitor.shows(...texts);
    },
  };
}

/** The pane that a link in the table of steps opens. */
function log(about: string, dag: string, link: string, ...texts: readonly string[]): Check {
  return {
    about,
    run: async ({ visitor, ids }) => {
      await visitor.visit(run(dag)(ids));
      await visitor.seen(link).click();
      await visitor.shows(...texts);
    },
  };
}

const stepLog = (step: string, stream: string) => `a[href*="step=${step}&"]:has-text("${stream}")`;

export const PAGE_CHECKS: readonly Check[] = [
  shows(
    "dashboard",
    at("/dashboard"),
    " ok",
    " failed",
    "Workers",
    "CPU",
    "Memory",
    "TIMELINE",
    "good",
    "fails",
  ),
  shows("definitions", at("/dags/"), "REPORTS", "good", "two good steps", "0 3 * * *", "waiting"),
  {
    about: "definitions by part of the name",
    run: async ({ visitor }) => {
      await visitor.visit("/dags/?search=fai");
      await visitor.shows("fails");
      await visitor.hides("idle");
    },
  },
  {
    about: "definitions by tag",
    run: async ({ visitor }) => {
      await visitor.visit("/dags/");
      await visitor.seen('[role=combobox]:has-text("Tag")').click();
      await visitor.page.getByRole("option", { name: "nightly" }).click();
      await visitor.hides("idle");
      await visitor.shows("good");
    },
  },
  shows(
    "definition: newest run",
    at("/dags/good"),
    "succeeded",
    "DAY=monday",
    "first",
    "echo hello-out",
    "stdout",
  ),
  shows(
    "definition: newest run that failed",
    at("/dags/fails"),
    "failed",
    "Failed: 1",
    "recent stderr (tail): broke-here",
    "upstream failed",
    "onFailure",
  ),
  shows(
    "definition that never ran",
    at("/dags/idle"),
    "not_started",
    "lonely",
    "echo nobody",
    "Not Started: 1",
  ),
  shows("definition that is broken", at("/dags/broken"), "broken", "not_started", "Latest Run"),
  shows(
    "definition: its text",
    at("/dags/good/spec"),
    "two good steps",
    "0 3 * * *",
    "Output: ANSWER",
    "command: echo hello-out",
  ),
  shows("definition: history", at("/dags/good/history"), "first", "second", "succeeded", "Graph", "stderr"),
  shows("definition: webhook", at("/dags/good/webhook"), "Webhook", "Create Webhook"),
  shows(
    "runs",
    at("/dag-runs"),
    "good",
    "fails",
    "succeeded",
    "failed",
    "waiting",
    "running",
    "queued",
    "local",
  ),
  {
    about: "runs by status",
    run: async ({ visitor, ids }) => {
      await visitor.visit("/dag-runs?status=2");
      await visitor.shows(ids.fails!);
      await visitor.hides(ids.good!);
    },
  },
  {
    about: "runs by name",
    run: async ({ visitor, ids }) => {
      await visitor.visit("/dag-runs?name=good");
      await visitor.shows(ids.good!);
      await visitor.hides(ids.fails!);
    },
  },
  {
    about: "runs by id",
    run: async ({ visitor, ids }) => {
      await visitor.visit(`/dag-runs?dagRunId=${ids.fails}`);
      await visitor.shows(ids.fails!);
      await visitor.hides(ids.good!);
    },
  },
  shows(
    "run",
    run("good"),
    "succeeded",
    "DAY=monday",
    "Scheduler Log",
    "Duration:",
    "Worker: local",
    "Total: 2",
  ),
  shows(
    "run that failed",
    run("fails"),
    "Failed: 1",
    "Aborted: 1",
    "recent stderr (tail): broke-here",
    "onFailure",
    "echo handled",
  ),
  shows("run that waits for somebody", run("gated"), "Waiting: 1", "Waiting for approval", "Not Started: 1"),
  shows("run that goes on", run("stops"), "running", "sleeper", "sleep 600"),
  shows("run in line", run("line"), "queued"),
  tab("good", "Timeline", "first", "second"),
  tab("good", "Outputs", "answer", "second-out", "Attempt:"),
  tab("good", "Spec", "description: two good steps", "command: echo hello-out"),
  log(
    "log of a step: stdout",
    "good",
    stepLog("second", "stdout"),
    "Step Log (stdout)",
    "second-out",
    "1 of 1 lines",
  ),
  log("log of a step: stderr", "good", stepLog("second", "stderr"), "Step Log (stderr)", "second-err"),
  log("log of a handler", "fails", stepLog("onFailure", "stdout"), "handled", "1 of 1 lines"),
  log("log of a run", "good", 'a:has-text("Scheduler Log")', "Log", "first", "second"),
  {
    about: "log of a step: its beginning and end",
    run: async ({ visitor, ids }) => {
      await visitor.visit(run("long")(ids));
      await visitor.seen(stepLog("count", "stdout")).click();
      await visitor.shows("line-02500-end", "Showing 1000 of");
      await visitor.press("Show Beginning");
      await visitor.shows("line-00001-end");
      await visitor.hides("line-02500-end");
    },
  },
  shows("run with a sub-run", run("parent"), "View Sub DAG Run: child", 'N="7"', "go → child"),
  {
    about: "sub-run and its log",
    run: async ({ visitor, ids }) => {
      await visitor.visit(run("parent")(ids));
      await visitor.seen("text=View Sub DAG Run: child").click();
      await visitor.shows("parent", "work", "Parameters N=7", "succeeded");
      await visitor.seen(stepLog("work", "stdout")).click();
      await visitor.shows("child-says-7");
    },
  },
  shows("queues", at("/queues"), "line", "dag-based", "RUNNING (1)", "QUEUED (1)"),
  shows("search", at("/search/?q=second-out"), "1 results found", "good", "second-out"),
];
