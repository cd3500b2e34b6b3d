/** What the buttons of the pages have to do; each with a DAG of its own. */
import type { Check, Scene } from "./check.ts";
import type { Visitor } from "./visitor.ts";

const runPage = (dag: string, { ids }: Scene) => `/dag-runs/${dag}/${ids[dag]}`;

/** Opens a page, presses and confirms, and waits for the newest run of the DAG to be so. */
function ends(about: string, dag: string, status: string, act: (scene: Scene) => Promise<void>): Check {
  return {
    about,
    run: async (scene) => {
      await act(scene);
      await scene.subject.reaches(dag, status);
    },
  };
}

/** Opens the dialog by which runs are started, or put in line. */
async function openStart(visitor: Visitor, enqueue: boolean): Promise<void> {
  await visitor.press("Enqueue");
  const box = visitor.page.getByRole("dialog").locator("#enqueue");
  if (await box.getAttribute("aria-checked") !== String(enqueue)) await box.click();
}

export const BUTTON_CHECKS: readonly Check[] = [
  {
    about: "start, with a parameter and an id",
    run: async ({ visitor, subject }) => {
      await visitor.visit("/dags/starts");
      await openStart(visitor, false);
      await visitor.page.fill("#dagRun-id", "chosen-id");
      await visitor.page.fill("#param-0", "you");
      await visitor.confirm("Start");
      await visitor.called("POST /dags/starts/start");
      const id = await subject.reaches("starts", "succeeded");
      if (id !== "chosen-id") throw new Error(`the run has the id ${id}`);
      const { content } = await subject.ask(
        "GET",
        "/dag-runs/starts/chosen-id/steps/greet/log?stream=stdout",
      );
      if (!content.includes("hi-you")) throw new Error(`the run said ${content}`);
    },
  },
  {
    about: "enqueue",
    run: async ({ visitor, subject }) => {
      await visitor.visit("/dags/queues");
      await openStart(visitor, true);
      await visitor.confirm("Enqueue");
      await visitor.called("POST /dags/queues/enqueue");
      await visitor.until(async () => await subject.newest("queues") ? "" : "a run");
    },
  },
  ends("stop", "stops", "aborted", async (scene) => {
    const { visitor } = scene;
    await visitor.visit(runPage("stops", scene));
    await visitor.shows("sleeper");
    await visitor.press("Stop");
    await visitor.confirm("Stop");
  }),
  ends("retry", "retries", "succeeded", async (scene) => {
    const { visitor } = scene;
    await visitor.visit(runPage("retries", scene));
    await visitor.shows("once");
    await visitor.press("Retry");
    await visitor.confirm("Retry");
  }),
  ends("retry of one step", "repeats", "succeeded", async (scene) => {
    const { visitor } = scene;
    await visitor.visit(runPage("repeats", scene));
    await visitor.shows("once");
    await visitor.seen("tr:has-text('failed') button[title='Retry from this step']").click();
    await visitor.confirm("Retry");
  }),
  {
    about: "reschedule as a new run",
    run: async (scene) => {
      const { visitor, subject, ids } = scene;
      await visitor.visit(runPage("grouped", scene));
      await visitor.shows("succeeded");
      await visitor.press("Retry");
      await visitor.page.getByRole("dialog").locator("#reschedule").click();
      await visitor.confirm("Reschedule");
      await visitor.until(async () => {
        const { dagRunId, statusLabel } = await subject.newest("grouped");
        return dagRunId !== ids.grouped && statusLabel === "succeeded" ? "" : "a new run";
      });
    },
  },
  {
    about: "dequeue",
    run: async (scene) => {
      const { visitor, subject, ids } = scene;
      await visitor.visit(runPage("leaves", scene));
      await visitor.shows("queued");
      await visitor.press("Dequeue");
      await visitor.confirm("Dequeue");
      await visitor.until(async () => {
        const { queues } = await subject.ask("GET", "/queues");
        return JSON.stringify(queues).includes(ids.leaves!) ? "a line without the run" : "";
      });
    },
  },
  {
    about: "suspend and resume",
    run: async ({ visitor, subject }) => {
      const isSuspended = async () => (await subject.ask("GET", "/dags/paused")).suspended;
      await visitor.visit("/dags/?search=paused");
      await visitor.shows("paused", "Live");
      await visitor.hides("idle");
      await visitor.seen("[role=switch]").click();
      await visitor.until(async () => await isSuspended() ? "" : "a suspended DAG");
      await visitor.hides("Live");
      await visitor.seen("[role=switch]").click();
      await visitor.until(async () => await isSuspended() ? "a DAG that goes on" : "");
    },
  },
  {
    about: "save a definition",
    run: async ({ visitor, subject }) => {
      await visitor.visit("/dags/edited/spec");
      await visitor.shows("old-text");
      await visitor.seen(".monaco-editor").click();
      await visitor.page.keyboard.press("Control+End");
      await visitor.page.keyboard.type("# edited by hand");
      await visitor.press("Save");
      await visitor.until(async () => {
        const { spec } = await subject.ask("GET", "/dags/edited/spec");
        return spec.includes("# edited by hand") ? "" : "the text that was saved";
      });
    },
  },
  {
    about: "make a definition",
    run: async ({ visitor, subject }) => {
      await visitor.visit("/dags/");
      await visitor.page.getByRole("button", { name: "Create new DAG" }).click();
      await visitor.page.fill("#dag-name", "made_here");
      await visitor.confirm("Create");
      await visitor.shows("made_here", "Save");
      await subject.ask("GET", "/dags/made_here/spec");
    },
  },
  {
    about: "rename a definition",
    run: async ({ visitor, subject }) => {
      await visitor.visit("/dags/moved/spec");
      await visitor.press("Rename");
      await visitor.page.fill("#dag-name", "moved_away");
      await visitor.confirm("Rename");
      await visitor.called("POST /dags/moved/rename");
      await visitor.until(() =>
        subject.ask("GET", "/dags/moved_away/spec").then(() => "", () => "the new name")
      );
    },
  },
  {
    about: "delete a definition",
    run: async ({ visitor, subject }) => {
      await visitor.visit("/dags/removed/spec");
      await visitor.press("Delete");
      await visitor.called("DELETE /dags/removed");
      await visitor.until(() =>
        subject.ask("GET", "/dags/removed").then(() => "a removed definition", () => "")
      );
    },
  },
  ends("approve", "approved", "succeeded", async (scene) => {
    const { visitor } = scene;
    await visitor.visit(runPage("approved", scene));
    await visitor.seen("button[title='Approve this step']").click();
    await visitor.shows("Shall we go on?");
    await visitor.page.fill("#approval-input-REASON", "because");
    await visitor.confirm("Approve");
  }),
  ends("reject", "rejected", "rejected", async (scene) => {
    const { visitor } = scene;
    await visitor.visit(runPage("rejected", scene));
    await visitor.seen("button[title='Reject this step']").click();
    await visitor.page.fill("#rejection-reason", "not now");
    await visitor.confirm("Reject");
  }),
  {
    about: "set the status of a step",
    run: async (scene) => {
      const { visitor, subject, ids } = scene;
      await visitor.visit(runPage("amended", scene));
      await visitor.seen("svg .node").click({ button: "right" });
      await visitor.press("Success");
      await visitor.until(async () => {
        const { dagRunDetails } = await subject.ask("GET", `/dag-runs/amended/${ids.amended}`);
        return dagRunDetails.nodes[0].statusLabel === "succeeded" ? "" : "a step that succeeded";
      });
    },
  },
  {
    about: "make a webhook",
    run: async ({ visitor, subject }) => {
      await visitor.visit("/dags/hooked/webhook");
      await visitor.press("Create Webhook");
      await visitor.shows("dagu_wh_");
      await subject.ask("GET", "/dags/hooked/webhook");
    },
  },
];
