/** A real server in a folder of its own, with logins; what it answers, and what it leaves, is looked at. */
import { assert, assertEquals } from "../../assert.ts";
import { Home, until } from "../../support/home.ts";
import { ServerProcess } from "../../support/server_process.ts";
import { PATIENCE_MS } from "../target.ts";
import { memoryOf, openFiles } from "./process_state.ts";

/** What the server may grow by, whatever is sent to it; it is told of when it had time to warm up. */
const MAX_GROWN_MB = 100;
const WARM_AFTER = 200;
/** Lies beside the home: no answer may show it, and nothing may change it. */
const SECRET = "what-nobody-may-read-7391";
const PASSWORD = "horse battery staple";
const DAG = "steps:\n  - {name: a, command: 'true'}\n";

export class GuardedServer implements AsyncDisposable {
  /** Stand for `TOKEN` and `HOOK` in what is sent. */
  token = "";
  #hook = "";
  #tried = 0;
  #warm = { mb: 0, files: 0 };

  private constructor(readonly outer: string, readonly home: Home, readonly server: ServerProcess) {}

  static async open(): Promise<GuardedServer> {
    const outer = await Deno.realPath(await Deno.makeTempDir({ prefix: "guarded-" }));
    Deno.writeTextFileSync(`${outer}/secret.yaml`, SECRET);
    const home = await Home.make({ dir: outer });
    home.dag("one", DAG);
    const env = { DAGU_AUTH_MODE: "builtin" };
    const site = new GuardedServer(outer, home, await ServerProcess.start(home, { env }));
    await site.#enter();
    return site;
  }

  get port(): number {
    return Number(new URL(this.server.base).port);
  }

  /** With what only this site knows in place of the words that stand for it. */
  filled(text: string): string {
    return text.replaceAll("TOKEN", this.token).replaceAll("HOOK", this.#hook);
  }

  /** Others are served, nothing has grown, and nothing lies where it should not. */
  async isSound(): Promise<void> {
    const response = await fetch(`${this.server.base}/health`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    await response.body?.cancel();
    assertEquals(response.status, 200, "health");
    const entries = [...Deno.readDirSync(this.outer)].map(({ name }) => name).sort();
    assertEquals(entries, [this.home.path.slice(this.outer.length + 1), "secret.yaml"].sort());
    assertEquals(Deno.readTextFileSync(`${this.outer}/secret.yaml`), SECRET);
    if (++this.#tried === WARM_AFTER) this.#warm = this.#state();
    if (this.#tried <= WARM_AFTER) return;
    const grown = this.#state().mb - this.#warm.mb;
    assert(grown < MAX_GROWN_MB, `The server has grown by ${grown} MB`);
  }

  /** What came back may go to anybody. */
  shows(text: string): void {
    assert(!text.includes(SECRET), "The answer shows a file outside of the home");
    assert(!text.includes("root:x:0"), "The answer shows /etc/passwd");
  }

  /** It ends as it should, and has given back what connections took. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { pid } = this.server;
    if (this.#warm.files > 0) {
      const few = this.#warm.files + 20;
      await until(() => openFiles(pid) <= few, "the end of connections", () => `${openFiles(pid)} of ${few}`);
    }
    const { code, said } = await this.server.stop();
    await this.home[Symbol.asyncDispose]();
    await Deno.remove(this.outer, { recursive: true });
    assertEquals([code, /met a defect/.test(said)], [0, false], said.slice(-5000));
  }

  #state(): { mb: number; files: number } {
    return { mb: memoryOf(this.server.pid), files: openFiles(this.server.pid) };
  }

  async #enter(): Promise<void> {
    const oneTime = Deno.readTextFileSync(`${this.home.path}/data/auth/one-time-password-admin`).trim();
    const first = await this.#post("/auth/login", { username: "admin", password: oneTime });
    const change = { currentPassword: oneTime, newPassword: PASSWORD };
    ({ token: this.token } = await this.#post("/auth/change-password", change, first.token));
    ({ token: this.#hook } = await this.#post("/dags/one/webhook", undefined, this.token));
  }

  // deno-lint-ignore no-explicit-any
  async #post(path: string, body: unknown, token = ""): Promise<any> {
    const response = await fetch(this.server.base + path, {
      method: "POST",
      headers: {
        ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    assert(response.ok, `${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  }
}
