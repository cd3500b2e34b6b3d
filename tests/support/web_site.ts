/** A real server with a real browser in front of it. */
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { needs } from "../needs.ts";
import { Home, programArgs, until } from "./home.ts";
import { freePort } from "./free_port.ts";

const FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu"];
/** Time in which a page has to show something. */
const PATIENCE_MS = 60_000;

export interface SiteOptions {
  readonly command?: "server" | "start-all";
  readonly env?: Readonly<Record<string, string>>;
  /** Written before the server starts. */
  readonly dags?: Readonly<Record<string, string>>;
  readonly config?: string;
  /** Folder below which its home is made; that for temporary files by default. */
  readonly dir?: string;
}

export class WebSite implements AsyncDisposable {
  /** What went wrong in any page. */
  readonly faults: string[] = [];

  private constructor(
    readonly home: Home,
    readonly address: string,
    readonly browser: Browser,
    readonly server: Deno.ChildProcess,
  ) {}

  static async open(options: SiteOptions = {}): Promise<WebSite> {
    const home = await Home.make(options.dir === undefined ? {} : { dir: options.dir });
    for (const [name, text] of Object.entries(options.dags ?? {})) home.dag(name, text);
    if (options.config !== undefined) Deno.writeTextFileSync(`${home.path}/config.yaml`, options.config);
    const port = freePort();
    const [program, ...first] = programArgs();
    const server = new Deno.Command(program, {
      args: [...first, options.command ?? "server", "--port", String(port)],
      cwd: home.path,
      env: home.env({ DAGU_AUTH_MODE: "none", ...options.env }),
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const address = `http://127.0.0.1:${port}`;
    const answers = () =>
      fetch(`${address}/api/v2/health`).then((answer) =>
        answer.body?.cancel().then(() => answer.ok) ?? false
      );
    await until(() => answers().catch(() => false), "the server");
    const browser = await chromium.launch({ executablePath: needs("chromium").path, args: FLAGS });
    return new WebSite(home, address, browser, server);
  }

  /** A page of somebody who was not there before. @param path of the page */
  async visit(path: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({
      viewport: { width: 1400, height: 900 },
      reducedMotion: "reduce",
      ...options,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    page.on("pageerror", (error) => this.faults.push(`${page.url()}: ${error.message}`));
    await page.goto(this.address + path);
    return page;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser.close();
    this.server.kill("SIGTERM");
    await this.server.status;
    await this.home[Symbol.asyncDispose]();
  }
}
