/** What a person does with the web page, in a real browser, against the real program. */
import type { Page } from "playwright-core";
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { testNeeding } from "../needs.ts";
import { WebSite } from "../support/web_site.ts";

const DAGS = {
  load: `
description: Fails in its second step
steps:
  - name: extract
    command: echo extracted >> WORK/marks
  - name: write
    command: |
      echo begin >> WORK/marks
      echo "table orders is locked" >&2
      test -e WORK/free
  - name: report
    command: echo reported >> WORK/marks
`,
  talk: `
steps:
  - name: talk
    command: |
      echo first line
      while ! test -e WORK/said; do sleep 0.05; done
      seq 300
      echo second line
      while ! test -e WORK/end; do sleep 0.05; done
`,
  ask: `
params:
  schema: ask.json
  values:
    region: eu
steps:
  - command: echo "$region-$size" >> WORK/marks
`,
  release: `
steps:
  - name: gate
    type: hitl
    config:
      prompt: Release it?
      input: [REASON]
      required: [REASON]
  - name: go
    command: echo "released $REASON" >> WORK/marks
`,
  nightly: `
schedule: "0 2 * * *"
steps:
  - command: echo nightly
`,
  queued: `
queue: narrow
steps:
  - command: while ! test -e WORK/end; do sleep 0.05; done
`,
};
const SCHEMA = {
  required: ["region", "size"],
  properties: {
    region: { type: "string", enum: ["eu", "us"] },
    size: { type: "integer", minimum: 1, maximum: 9 },
  },
};
const CONFIG = "queues:\n  config:\n    - name: narrow\n      maxConcurrency: 1\n";

testNeeding({
  name: "page: the ten things that a person does",
  needs: ["chromium"],
  fn: async (t) => {
    await using site = await WebSite.open({ command: "start-all", dags: DAGS, config: CONFIG });
    Deno.writeTextFileSync(`${site.home.path}/dags/ask.json`, JSON.stringify(SCHEMA));
    const task = (name: string, path: string, act: (page: Page) => Promise<void>) =>
      t.step(name, async () => {
        const page = await site.visit(path);
        try {
          await act(page);
          assertEquals(site.faults.splice(0), []);
        } finally {
          await page.context().close();
        }
      });
    const run = (...args: string[]) => site.home.run(args);
    await run("start", "--quiet", "--run-id", "bad", "load");

    await task("finds out why a run failed, with one click", "/", async (page) => {
      await page.locator('a[href^="/r/load/bad"]').first().click();
      await page.getByText("table orders is locked").first().waitFor();
      const problem = page.getByLabel("Why the run failed");
      assertMatch(await problem.innerText(), /write failed[^]*exit code 1[^]*table orders is locked/);
      await page.getByLabel("Lines of the log").getByText("table orders is locked").waitFor();
    });

    await task("follows a log while it is written", "/workflows", async (page) => {
      const ended = run("start", "--quiet", "--run-id", "live", "talk");
      await page.goto(`${site.address}/r/talk/live`);
      const log = page.getByLabel("Lines of the log");
      await log.getByText("first line").waitFor();
      mark(site, "said");
      await log.getByText("second line").waitFor();
      mark(site, "end");
      await page.getByRole("heading", { name: "Succeeded" }).waitFor();
      await ended;
      unmark(site, "end");
    });

    await task("starts a run with parameters that are checked", "/w/ask", async (page) => {
      await page.getByRole("button", { name: "Start" }).click();
      const form = page.getByRole("dialog");
      await form.getByRole("combobox", { name: "region" }).selectOption("us");
      await form.getByRole("button", { name: "Start" }).click();
      await form.getByText("size is needed").waitFor();
      await form.getByRole("textbox", { name: "size" }).fill("12");
      await form.getByText("size is at most 9").waitFor();
      await form.getByRole("textbox", { name: "size" }).fill("4");
      await form.getByRole("button", { name: "Start" }).click();
      await page.waitForURL(/\/r\/ask\//);
      await site.home.marked("us-4");
      await page.getByRole("heading", { name: "Succeeded" }).waitFor();
    });

    await task("runs again from the step that failed", "/r/load/bad", async (page) => {
      mark(site, "free");
      await page.getByRole("button", { name: "Retry from here" }).click();
      await page.getByRole("heading", { name: "Succeeded" }).waitFor();
      const marks = site.home.marks();
      assertEquals(marks.filter((line) => line === "extracted").length, 1);
      assertEquals(marks.filter((line) => line === "begin").length, 2);
      assert(marks.includes("reported"));
    });

    await task("compares a run with the one before", "/runs", async (page) => {
      for (const [id, size] of [["c1", "1"], ["c2", "2"]]) {
        await run("start", "--quiet", "--run-id", id!, "ask", "--", "region=eu", `size=${size}`);
      }
      await page.goto(`${site.address}/r/ask/c2`);
      await page.getByRole("heading", { name: "Succeeded" }).waitFor();
      await page.keyboard.press("c");
      await page.getByRole("heading", { name: "Two runs of ask" }).waitFor();
      const size = page.getByLabel("Both runs").getByRole("row", { name: /^size/ });
      assertMatch(await size.innerText(), /size\s+1\s+2/);
      await page.getByLabel("Steps of both runs").getByRole("link", { name: /Succeeded/ }).nth(1).waitFor();
      await page.getByText("the same in both runs").waitFor();
      assertEquals(await page.getByLabel("Before").inputValue(), "c1");
    });

    await task("asks for runs by a query that the address keeps", "/runs", async (page) => {
      const field = page.getByRole("searchbox", { name: "Query" });
      const rows = page.getByRole("table").getByRole("link", { name: /^(load|ask)$/ });
      await rows.filter({ hasText: "load" }).first().waitFor();
      await field.pressSequentially("name:as");
      await page.getByText("No run fits").waitFor();
      await field.pressSequentially("k");
      await rows.filter({ hasText: "ask" }).first().waitFor();
      await page.waitForURL(/q=name%3Aask$/);
      assertEquals(await rows.filter({ hasText: "load" }).count(), 0);
      await page.getByRole("group", { name: "Views" }).getByRole("button", { name: "All" }).click();
      await rows.filter({ hasText: "load" }).first().waitFor();
      assertEquals(await field.inputValue(), "");
      await page.goBack();
      await rows.filter({ hasText: "load" }).first().waitFor({ state: "detached" });
      assertEquals(await field.inputValue(), "name:ask");
    });

    await task("approves what waits for it, from the keyboard", "/", async (page) => {
      await run("start", "--quiet", "--run-id", "gate", "release");
      await page.goto(`${site.address}/r/release/gate`);
      await page.getByText("Release it?").first().waitFor();
      await page.keyboard.press("a");
      await page.getByRole("dialog").getByLabel(/^REASON/).fill("tested");
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Succeeded" }).waitFor();
      await site.home.marked("released tested");
    });

    await task("edits a definition, makes a mistake and mends it", "/w/nightly/definition", async (page) => {
      const text = page.getByRole("textbox", { name: "Definition" });
      await text.click();
      await page.keyboard.press("Control+End");
      await page.keyboard.type("descripton: x\n");
      await page.getByText(/did you mean/).first().waitFor();
      await page.getByRole("button", { name: "Undo all" }).click();
      await page.getByText("Can be used").waitFor();
      await text.click();
      await page.keyboard.press("Control+End");
      await page.keyboard.type("description: Every night\n");
      await page.getByText("Can be used").waitFor();
      await page.keyboard.press("Control+s");
      const dialog = page.getByRole("dialog");
      await dialog.getByText("description: Every night").waitFor();
      await dialog.getByRole("button", { name: "Save" }).click();
      await page.getByText("nightly is saved").waitFor();
      assertMatch(
        Deno.readTextFileSync(`${site.home.path}/dags/nightly.yaml`),
        /description: Every night\n$/,
      );
    });

    await task("fills times of the past with runs, once", "/w/nightly?backfill=1", async (page) => {
      const dialog = page.getByRole("dialog");
      await dialog.getByText("7 times").waitFor();
      await dialog.getByRole("button", { name: "Queue 7 runs" }).click();
      await page.getByText("7 runs stand in line").waitFor();
      await page.goto(`${site.address}/w/nightly?backfill=1`);
      await dialog.getByText("7 times, 7 of them with a run").waitFor();
      assert(await dialog.getByRole("button", { name: "Queue" }).isDisabled());
    });

    await task("suspends a schedule", "/w/nightly", async (page) => {
      await page.getByRole("button", { name: "More for this workflow" }).click();
      await page.getByRole("menuitem", { name: "Suspend the schedule" }).click();
      await page.getByText("suspended", { exact: true }).waitFor();
      await page.goto(`${site.address}/workflows`);
      await page.getByText("suspended", { exact: false }).first().waitFor();
    });

    await task("drains a queue", "/queues", async (page) => {
      for (const id of ["q1", "q2", "q3"]) await run("enqueue", "--quiet", "--run-id", id, "queued");
      await page.getByText("1 running, 2 waiting").waitFor();
      const queue = page.getByLabel("Queue narrow");
      await queue.getByRole("button", { name: "Drain" }).click();
      await page.getByRole("dialog").locator("button[type=submit]").click();
      await queue.getByRole("button", { name: "Drain" }).waitFor({ state: "detached" });
      await page.getByRole("button", { name: "Drain" }).waitFor({ state: "detached" });
      const { summary } = await (await fetch(`${site.address}/api/v2/queues`)).json();
      assertEquals(summary.totalQueued, 0);
    });

    mark(site, "end");

    await task("searches and goes there", "/queues", async (page) => {
      await page.getByRole("heading", { name: "Queues" }).waitFor();
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: "Search" }).fill("relea");
      await page.getByRole("option", { name: /release/ }).first().waitFor();
      await page.keyboard.press("Enter");
      await page.waitForURL(/\/w\/release/);
    });
  },
});

testNeeding({
  name: "page: another server is shown instead, and left again",
  needs: ["chromium"],
  fn: async () => {
    await using far = await WebSite.open({ dags: { faraway: DAGS.nightly } });
    const node = { name: "office", apiBaseURL: `${far.address}/api/v2` };
    await using site = await WebSite.open({ dags: DAGS, config: `remoteNodes: [${JSON.stringify(node)}]\n` });
    const page = await site.visit("/workflows");
    await page.getByRole("link", { name: "release" }).waitFor();
    await page.getByRole("combobox", { name: "Server" }).selectOption("office");
    await page.getByRole("heading", { name: "Now" }).waitFor();
    await page.goto(`${site.address}/workflows`);
    await page.getByRole("link", { name: "faraway" }).waitFor();
    assertEquals(await page.getByRole("link", { name: "release" }).count(), 0);
    await far.home.run(["start", "--quiet", "--run-id", "there", "faraway"]);
    await page.goto(`${site.address}/r/faraway/there`);
    await page.getByRole("heading", { name: "Succeeded" }).waitFor();
    await page.getByRole("combobox", { name: "Server" }).selectOption("This server");
    await page.getByRole("heading", { name: "Now" }).waitFor();
    await page.goto(`${site.address}/workflows`);
    await page.getByRole("link", { name: "release" }).waitFor();
    assertEquals([...site.faults, ...far.faults], []);
  },
});

testNeeding({
  name: "page: who may only look is not offered more, and refused",
  needs: ["chromium"],
  fn: async () => {
    const admin = { DAGU_AUTH_ADMIN_USERNAME: "ada", DAGU_AUTH_ADMIN_PASSWORD: "correct horse battery" };
    await using site = await WebSite.open({ dags: DAGS, env: { DAGU_AUTH_MODE: "builtin", ...admin } });
    const viewer = { username: "vic", password: "a long enough secret" };
    await addViewer(site, viewer);
    const page = await site.visit("/w/nightly");
    await page.getByLabel("Name").fill(viewer.username);
    await page.getByLabel("Password").fill("wrong password");
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("alert").filter({ hasText: /\S/ }).waitFor();
    await page.getByLabel("Password").fill(viewer.password);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("heading", { name: "nightly" }).waitFor();
    assertEquals(await page.getByRole("button", { name: "Start", exact: true }).count(), 0);
    const status = await page.evaluate(async () =>
      (await fetch("/api/v2/dags/nightly/start", { method: "POST", body: "{}" })).status
    );
    assert(status === 403 || status === 415, `The start answered ${status}`);
    await page.goto(`${site.address}/admin`);
    await page.getByText("Not for your role").or(page.getByText(/only for administrators/i)).first()
      .waitFor();
  },
});

async function addViewer(site: WebSite, viewer: { username: string; password: string }): Promise<void> {
  const ask = async (path: string, body: unknown, token = "") => {
    const answer = await fetch(`${site.address}/api/v2${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    return await answer.json();
  };
  const { token } = await ask("/auth/login", { username: "ada", password: "correct horse battery" });
  await ask("/users", { ...viewer, role: "viewer" }, token);
}

function mark(site: WebSite, name: string): void {
  Deno.writeTextFileSync(`${site.home.path}/work/${name}`, "");
}

function unmark(site: WebSite, name: string): void {
  Deno.removeSync(`${site.home.path}/work/${name}`);
}
