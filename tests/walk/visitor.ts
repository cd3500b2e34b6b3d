/** Looks at the pages as a person does, with a browser. */
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from "playwright-core";
import { NODE } from "./stage.ts";

/** Time in which a page has to show something. */
const PATIENCE_MS = 60_000;
/** Flags without which the browser does not start in a container. */
const FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu"];

/** A browser that is set to the server that is looked at. */
export class Tour implements AsyncDisposable {
  private constructor(readonly base: string, readonly browser: Browser, readonly context: BrowserContext) {}

  static async begin(base: string): Promise<Tour> {
    const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: FLAGS });
    const context = await browser.newContext({ viewport: { width: 1600, height: 1200 } });
    await context.addInitScript((node) => {
      localStorage.setItem("dagu-selected-remote-node", node);
      // The pages keep the filters that were used last.
      sessionStorage.clear();
    }, NODE);
    return new Tour(base, browser, context);
  }

  /** A tab of its own: what went wrong in another one does not matter to it. */
  async visitor(): Promise<Visitor> {
    return new Visitor(this.base, await this.context.newPage());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser.close();
  }
}

export class Visitor implements AsyncDisposable {
  /** Requests that failed, and errors of the page. */
  readonly faults: string[] = [];
  /** Calls of the API: method and path. */
  readonly #calls: string[] = [];

  constructor(readonly base: string, readonly page: Page) {
    page.setDefaultTimeout(PATIENCE_MS);
    page.on("pageerror", (error) => this.faults.push(`the page broke: ${error.message}`));
    page.on("dialog", (dialog) => dialog.accept().catch(() => {}));
    page.on("response", async (response) => {
      const { pathname, searchParams } = new URL(response.url());
      if (!pathname.startsWith("/api/v2/")) return;
      const call = `${response.request().method()} ${pathname.slice("/api/v2".length)}`;
      this.#calls.push(call);
      if (searchParams.get("remoteNode") !== NODE) this.faults.push(`${call} did not go to the node`);
      if (response.ok()) return;
      // The page may have left before its body came.
      const text = await response.text().catch(() => "");
      this.faults.push(`${call}: ${response.status()} ${text}`);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.close();
  }

  async visit(path: string): Promise<void> {
    await this.page.goto(this.base + path);
  }

  /** What the page shows, white space made one. */
  async text(): Promise<string> {
    return (await this.page.innerText("body")).replace(/\s+/g, " ");
  }

  /** Waits until the page shows all of these. @throws Error that names what is missing */
  async shows(...texts: readonly string[]): Promise<void> {
    await this.until(async () => {
      const text = await this.text();
      return texts.filter((one) => !text.includes(one)).map((one) => `"${one}"`).join(", ");
    });
  }

  /** Waits until the page shows none of these. */
  async hides(...texts: readonly string[]): Promise<void> {
    await this.until(async () => {
      const text = await this.text();
      return texts.filter((one) => text.includes(one)).map((one) => `no "${one}"`).join(", ");
    });
  }

  /** @param missing what is not there yet, "" when nothing is */
  async until(missing: () => Promise<string>): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      const what = await missing();
      if (what === "") return;
      if (performance.now() > end) throw new Error(`the page lacks ${what}`);
      await this.page.waitForTimeout(100);
    }
  }

  /** The first of these that can be seen. */
  seen(selector: string): Locator {
    return this.page.locator(`${selector} >> visible=true`).first();
  }

  async press(name: string): Promise<void> {
    await this.page.getByRole("button", { name, exact: true }).locator("visible=true").first().click();
  }

  /** Presses a button in the dialog that is open. */
  async confirm(name: string): Promise<void> {
    await this.page.getByRole("dialog").getByRole("button", { name, exact: true }).click();
  }

  /** Waits for a call of the API. */
  async called(call: string): Promise<void> {
    await this.until(() => Promise.resolve(this.#calls.includes(call) ? "" : `the call ${call}`));
  }
}
