/** How people ask for things in a soak: by command or by request. What is acknowledged is noted in the ledger. */
import { programArgs } from "../../support/home.ts";
import type { Ledger } from "./ledger.ts";
import type { Site } from "./site.ts";

/** A command or request that takes longer waits for something that is not there. */
const PATIENCE_MS = 60_000;

/** A program that did not expect what it met. */
const DEFECT = /unexpected|internal error|is not a function|undefined|\bat [\w.<>]+ \(?(file|ext|deno):/i;

export class Desk {
  /** Refusals by their words. */
  readonly refusals: Record<string, number> = {};
  commands = 0;
  requests = 0;
  readonly #site: Site;
  readonly #ledger: Ledger;
  #ids = 0;

  constructor(site: Site, ledger: Ledger) {
    this.#site = site;
    this.#ledger = ledger;
  }

  newId(): string {
    return `s${String(++this.#ids).padStart(6, "0")}`;
  }

  /** @returns whether it was carried out */
  async command(...args: string[]): Promise<boolean> {
    this.commands++;
    const [program, ...first] = programArgs();
    const env = this.#site.home.env({ TMPDIR: `${this.#site.home.path}/tmp` });
    const { success, signal, stderr } = await new Deno.Command(program, {
      args: [...first, ...args],
      cwd: this.#site.home.path,
      env,
      stdin: "null",
    }).output();
    if (!success) this.#refused(args[0]!, signal ?? new TextDecoder().decode(stderr));
    return success;
  }

  /**
   * Asks one of the servers.
   * @returns the answer; null when there was none, or a refusal
   */
  // deno-lint-ignore no-explicit-any
  async request(server: number, method: string, path: string, body?: unknown): Promise<any> {
    this.requests++;
    try {
      const response = await fetch(this.#site.api[server]! + path, {
        method,
        headers: { "content-type": "application/json" },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      const text = await response.text();
      if (response.ok) return text === "" || !text.startsWith("{") ? {} : JSON.parse(text);
      this.#refused(`${method} ${response.status}`, text);
      if (response.status === 500) this.#site.defects.push(`${method} ${path}: ${text.slice(0, 300)}`);
    } catch (error) {
      this.#refused(method, `no answer: ${error instanceof Error ? error.message : error}`);
    }
    return null;
  }

  async enqueue(dag: string, priority: string): Promise<void> {
    const id = this.newId();
    const done = await this.command("enqueue", "-q", `--run-id=${id}`, `--priority=${priority}`, dag);
    if (done) this.#ledger.promise(id, `queued ${dag}`);
  }

  async enqueueByRequest(server: number, dag: string): Promise<string> {
    const id = this.newId();
    const done = await this.request(server, "POST", `/dags/${dag}/enqueue`, { dagRunId: id });
    if (done) this.#ledger.promise(id, `queued ${dag}`);
    return id;
  }

  async start(dag: string): Promise<string> {
    const id = this.newId();
    const done = await this.command("start", "-q", `--run-id=${id}`, dag);
    if (done) this.#ledger.promise(id, `started ${dag}`);
    return id;
  }

  async startByRequest(server: number, dag: string): Promise<string> {
    const id = this.newId();
    const done = await this.request(server, "POST", `/dags/${dag}/start`, { dagRunId: id });
    if (done) this.#ledger.promise(id, `started ${dag}`);
    return id;
  }

  async retryByRequest(server: number, dag: string, id: string): Promise<void> {
    const done = await this.request(server, "POST", `/dag-runs/${dag}/${id}/retry`, { dagRunId: id });
    if (done) this.#ledger.retried(id);
  }

  async retry(dag: string, id: string): Promise<void> {
    if (await this.command("retry", "-q", `--run-id=${id}`, dag)) this.#ledger.retried(id);
  }

  async dequeue(server: number, dag: string, id: string): Promise<void> {
    // It may be gone although nobody heard the answer.
    this.#ledger.removed.add(id);
    await this.request(server, "POST", `/dag-runs/${dag}/${id}/dequeue`);
  }

  async cleanUp(dag: string, ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#ledger.removed.add(id);
    await this.command("cleanup", "--yes", dag);
  }

  #refused(what: string, why: string): void {
    const last = why.trim().split("\n").at(-1) ?? "";
    const words = `${what}: ${last}`.replaceAll(this.#site.home.path, "HOME").replace(/\d+/g, "N").slice(
      0,
      160,
    );
    this.refusals[words] = (this.refusals[words] ?? 0) + 1;
    if (DEFECT.test(why)) this.#site.defects.push(`${what}: ${why.slice(0, 500)}`);
  }
}
