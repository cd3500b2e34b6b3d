/// <reference lib="dom" />
/** Every page, light and dark, wide and narrow: nothing that shuts people out, nothing cut off. */
import axe from "axe-core";
import type { BrowserContextOptions, Page } from "playwright-core";
import { assertEquals } from "../assert.ts";
import { testNeeding } from "../needs.ts";
import { WebSite } from "../support/web_site.ts";

const DAGS = {
  good: "schedule: '0 2 * * *'\ntags: [prod]\ndescription: Goes well\nsteps:\n" +
    "  - name: a\n    command: echo a\n  - name: b\n    command: printf '\\033[31mred\\033[0m and \\033[90mgrey\\033[0m\\n'\n",
  bad:
    "params: A=1\nsteps:\n  - name: a\n    command: echo wrong >&2; exit 3\n  - name: b\n    command: echo b\n",
  broken: "steps:\n  - nam: a\n",
  wait: "steps:\n  - name: gate\n    type: hitl\n    config: {prompt: Go on?, input: [WHY]}\n",
};

const PAGES: readonly { readonly path: string; readonly opens?: string }[] = [
  { path: "/" },
  { path: "/workflows" },
  { path: "/runs" },
  { path: "/queues" },
  { path: "/system" },
  { path: "/w/good" },
  { path: "/w/good/graph" },
  { path: "/w/good/definition" },
  { path: "/w/broken/definition" },
  { path: "/w/good/settings" },
  { path: "/w/bad?start=1", opens: "dialog[open] input" },
  { path: "/r/good/r1" },
  { path: "/r/bad/r2" },
  { path: "/r/bad/r2?view=graph" },
  { path: "/r/bad/r2/log?step=a" },
  { path: "/r/wait/r3" },
  { path: "/r/good/r4/compare" },
  { path: "/w/good?backfill=1", opens: "dialog[open] .backfill-times" },
];

/** Pages of a server that asks for a login. */
const GUARDED: readonly { readonly path: string; readonly out?: true }[] = [
  { path: "/", out: true },
  { path: "/admin/users" },
  { path: "/admin/keys" },
  { path: "/admin/webhooks" },
  { path: "/admin/audit" },
];
const PERSON = { username: "ada", password: "correct horse battery" };

testNeeding({
  name: "page: no serious finding of axe-core on any page, light and dark",
  needs: ["chromium"],
  fn: async (t) => {
    await onEachPage(t, "light and dark", { bypassCSP: true }, async (page) => {
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        assertEquals(await findings(page), [], colorScheme);
      }
    });
  },
});

testNeeding({
  name: "page: nothing is cut off at 360 pixels",
  needs: ["chromium"],
  fn: async (t) => {
    await onEachPage(t, "360 pixels", { viewport: { width: 360, height: 740 } }, async (page) => {
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assertEquals(width, 360, "The page scrolls sideways");
      assertEquals(await hiddenActions(page), []);
    });
  },
});

async function onEachPage(
  t: Deno.TestContext,
  name: string,
  options: BrowserContextOptions,
  check: (page: Page) => Promise<void>,
): Promise<void> {
  const step = (site: WebSite, path: string, prepare: (page: Page) => Promise<void>) =>
    t.step(`${path} ${name}`, async () => {
      const page = await site.visit(path, options);
      try {
        await prepare(page);
        await check(page);
      } finally {
        await page.context().close();
      }
    });
  {
    await using site = await openSite();
    for (const { path, opens } of PAGES) await step(site, path, (page) => settle(page, opens));
  }
  await using guarded = await openGuarded();
  for (const { path, out } of GUARDED) {
    await step(guarded, path, async (page) => {
      await page.getByRole("button", { name: "Log in" }).waitFor();
      if (out) return;
      await page.getByLabel("Name").fill(PERSON.username);
      await page.getByLabel("Password").fill(PERSON.password);
      await page.getByRole("button", { name: "Log in" }).click();
      await page.locator(".rail").waitFor();
      await settle(page, undefined);
    });
  }
}

/** A server with an account, a key, a webhook and something in its audit log. */
async function openGuarded(): Promise<WebSite> {
  const env = {
    DAGU_AUTH_MODE: "builtin",
    DAGU_AUTH_ADMIN_USERNAME: PERSON.username,
    DAGU_AUTH_ADMIN_PASSWORD: PERSON.password,
  };
  const site = await WebSite.open({ dags: DAGS, env });
  const ask = async (path: string, body: unknown, token = "") => {
    const answer = await fetch(`${site.address}/api/v2${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    return await answer.json();
  };
  const { token } = await ask("/auth/login", PERSON);
  await ask("/users", { username: "vic", password: "a long enough secret", role: "viewer" }, token);
  await ask("/api-keys", { name: "deploy", role: "operator" }, token);
  await ask("/dags/good/webhook", {}, token);
  return site;
}

async function openSite(): Promise<WebSite> {
  const site = await WebSite.open({ dags: DAGS });
  await site.home.run(["start", "--quiet", "--run-id", "r1", "good"]);
  await site.home.run(["start", "--quiet", "--run-id", "r2", "bad"]);
  await site.home.run(["start", "--quiet", "--run-id", "r3", "wait"]);
  await site.home.run(["start", "--quiet", "--run-id", "r4", "good"]);
  return site;
}

/** All answers are in when nothing is grey any more. */
async function settle(page: Page, opens: string | undefined): Promise<void> {
  await page.locator("main h1").waitFor();
  await page.waitForFunction(() => document.querySelector("[aria-busy=true]") === null);
  if (opens) await page.locator(opens).first().waitFor();
}

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}

async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate("axe.run()") as { violations: readonly Violation[] };
  return violations.filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.slice(0, 5).map(({ html }) => `${id}: ${html.slice(0, 160)}`));
}

/** Buttons and links that stand outside of the window and of every area that scrolls. */
async function hiddenActions(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    const scrolls = (element: Element | null): boolean => {
      if (!element) return false;
      const { overflowX, overflowY } = getComputedStyle(element);
      return /auto|scroll/.test(overflowX + overflowY) || scrolls(element.parentElement);
    };
    return [...document.querySelectorAll("main button, main a, dialog[open] button")].filter((element) => {
      const box = element.getBoundingClientRect();
      if (box.width === 0 || element.closest("[popover]:not(:popover-open), svg")) return false;
      return (box.right > innerWidth + 1 || box.left < -1) && !scrolls(element.parentElement);
    }).map((element) => element.outerHTML.slice(0, 160));
  });
}
