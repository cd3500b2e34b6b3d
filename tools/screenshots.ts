/**
 * Makes pictures of every page, wide and as on a phone, light and dark, into `dist/pictures/`. It needs a Chromium:
 * the one named by `CHROMIUM`, else Debian's. Words as arguments are parts of the names of the pictures to make;
 * `--site=URL` takes a server that runs already, `--guarded=URL` one that asks
 * for a login. With `--readme` those of the README are copied to `docs/pictures/`.
 */
import { type Browser, chromium, type Page } from "playwright-core";
import { openSite, PERSON } from "./pictures/site.ts";
import { ROOT, tool } from "./deno_command.ts";

interface Picture {
  readonly name: string;
  readonly path: string | ((api: string) => Promise<string>);
  /** Pressed before the picture is taken. */
  readonly keys?: readonly string[];
  /** Of a server that asks for a login, before or after it. */
  readonly login?: "before" | "after";
}

/** Address of the newest run that is as asked. */
const runWith = (name: string, status: number) => async (api: string) => {
  const { dagRuns } = await (await fetch(`${api}/dag-runs?name=${name}&status=${status}&limit=1&fromDate=0`))
    .json();
  return `/r/${name}/${dagRuns[0]?.dagRunId}`;
};

const PICTURES: readonly Picture[] = [
  { name: "now", path: "/" },
  { name: "workflows", path: "/workflows" },
  { name: "runs", path: "/runs" },
  { name: "runs-failed", path: "/runs?q=status:failed" },
  { name: "queues", path: "/queues" },
  { name: "system", path: "/system" },
  { name: "login", path: "/", login: "before" },
  { name: "admin-users", path: "/admin", login: "after" },
  { name: "admin-keys", path: "/admin/keys", login: "after" },
  { name: "admin-audit", path: "/admin/audit", login: "after" },
  { name: "search", path: "/runs", keys: ["Control+k", "o", "r"] },
  { name: "keys", path: "/", keys: ["?"] },
  { name: "workflow-runs", path: "/w/orders_etl" },
  { name: "workflow-graph", path: "/w/orders_etl/graph" },
  { name: "workflow-definition", path: "/w/orders_etl/definition" },
  { name: "workflow-backfill", path: "/w/orders_etl?backfill=1" },
  { name: "workflow-settings", path: "/w/orders_etl/settings" },
  { name: "run-failed", path: runWith("orders_etl", 2) },
  { name: "run-compare", path: async (api) => `${await runWith("orders_etl", 2)(api)}/compare` },
  { name: "run-running", path: runWith("train_model", 1) },
  { name: "run-waiting", path: runWith("deploy_release", 7) },
];

const SIZES = { wide: { width: 1360, height: 860 }, phone: { width: 390, height: 844 } } as const;
/** Pictures of the README by their names there. */
const README = {
  now: "now-wide-light",
  run: "run-failed-wide-dark",
  workflows: "workflows-wide-light",
} as const;
const FOLDER = `${ROOT}dist/pictures`;

interface Addresses {
  readonly address: string;
  readonly guarded: string;
}

async function take(browser: Browser, site: Addresses, picture: Picture): Promise<void> {
  const address = picture.login ? site.guarded : site.address;
  const path = typeof picture.path === "string" ? picture.path : await picture.path(`${address}/api/v2`);
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const colorScheme of ["light", "dark"] as const) {
      const context = await browser.newContext({ viewport, colorScheme, reducedMotion: "reduce" });
      const page = await context.newPage();
      page.on("pageerror", (error) => console.error(`${picture.name}: ${error.message}`));
      await page.goto(address + path);
      if (picture.login === "after") await logIn(page);
      await page.locator("main h1").waitFor();
      // All answers are in when nothing is grey any more.
      await page.locator("[aria-busy=true]").first().waitFor({ state: "detached" });
      for (const key of picture.keys ?? []) {
        await page.keyboard.press(key);
        if (key === picture.keys![0]) await page.locator("dialog[open]").waitFor();
      }
      await page.waitForTimeout(300);
      await page.screenshot({ path: `${FOLDER}/${picture.name}-${size}-${colorScheme}.png` });
      await context.close();
    }
  }
}

async function logIn(page: Page): Promise<void> {
  await page.getByLabel("Name").fill(PERSON.username);
  await page.getByLabel("Password").fill(PERSON.password);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.locator(".rail").waitFor();
}

/** @returns null where no server was named */
function givenSite(): Addresses | null {
  const value = (name: string) =>
    Deno.args.find((one) => one.startsWith(`--${name}=`))?.slice(name.length + 3) ?? "";
  return value("site") === "" ? null : { address: value("site"), guarded: value("guarded") };
}

if (import.meta.main) {
  await tool(async () => {
    const words = Deno.args.filter((one) => !one.startsWith("--"));
    const wanted = PICTURES.filter(({ name }) =>
      words.length === 0 || words.some((word) => name.includes(word))
    );
    await Deno.mkdir(FOLDER, { recursive: true });
    const given = givenSite();
    await using made = given ? null : await openSite();
    const browser = await chromium.launch({
      executablePath: Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu"],
    });
    try {
      for (const picture of wanted) await take(browser, (given ?? made)!, picture);
    } finally {
      await browser.close();
    }
    if (Deno.args.includes("--readme")) {
      for (const [to, from] of Object.entries(README)) {
        await Deno.copyFile(`${FOLDER}/${from}.png`, `${ROOT}docs/pictures/${to}.png`);
      }
    }
    console.log(`${wanted.length} pages are in ${FOLDER}`);
  });
}
