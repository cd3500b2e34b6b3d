/** The API over a home of its own, without a network: every answer is checked against what its route declares. */
import { DaguError } from "../../src/core/errors.ts";
import { WholeResponse } from "../../src/platform/http/whole_response.ts";
import { systemClock } from "../../src/platform/time/system_clock.ts";
import { FileDagStore } from "../../src/stores/file/dags/dag_store.ts";
import { FileFireStore } from "../../src/stores/file/fires/fire_store.ts";
import { DagFiles } from "../../src/stores/file/dags/dag_files.ts";
import { FileRunStore } from "../../src/stores/file/runs/run_store.ts";
import { IndexReadModel } from "../../src/stores/index/read_model.ts";
import { allRoutes } from "../../src/services/server/all_routes.ts";
import type { People } from "../../src/services/server/auth/auth.ts";
import { noteServed } from "../../src/services/server/auth/note_served.ts";
import { confineTo } from "../../src/services/server/access/confine.ts";
import type { PlaceOf, ServerContext } from "../../src/services/server/context.ts";
import { type Authenticate, everybodyIsAdmin, makeGuard } from "../../src/services/server/access/guard.ts";
import { checkValue } from "../../src/services/server/http/check.ts";
import { dispatcher, type DispatchOptions, type Handler } from "../../src/services/server/http/dispatch.ts";
import { Pace } from "../../src/services/server/http/pace.ts";
import type { Route, Switch } from "../../src/services/server/http/route.ts";
import { EventHub } from "../../src/services/server/live/event_hub.ts";
import { LogFollows } from "../../src/services/server/live/log_follows.ts";
import { LogReader } from "../../src/services/server/logs/log_reader.ts";
import { ResourceHistory } from "../../src/services/server/figures/resource_history.ts";
import { DiskUses } from "../../src/services/server/figures/disk_use.ts";
import type { RunActions } from "../../src/services/server/run_actions.ts";
import { assert, assertEquals } from "../assert.ts";
import type { WorkersSeen } from "../../src/ports/workers.ts";
import { FileRegistry } from "../../src/stores/file/services/registry.ts";
import { openPeople } from "./people.ts";

export const BASE = "/api/v2";

/** All is allowed, also what is not by default. */
const SWITCHES: Readonly<Record<Switch, boolean>> = {
  writeDAGs: true,
  runDAGs: true,
  allowInlineRuns: true,
};

export interface ApiOptions {
  readonly authenticate?: Authenticate;
  /** There are accounts: with their endpoints, and with their logins and keys where nothing else tells who asks. */
  readonly people?: boolean;
  /** Answers for other servers. */
  readonly remote?: DispatchOptions["remote"];
  /** Switches of the settings that are not as in {@link SWITCHES}. */
  readonly switches?: Partial<Record<Switch, boolean>>;
  /** How often runs may begin; as often as wanted when nothing is said. */
  readonly pace?: Pace;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // deno-lint-ignore no-explicit-any
  readonly json: any;
}

export class Api implements AsyncDisposable {
  readonly home: string;
  readonly store: FileRunStore;
  readonly model: IndexReadModel;
  readonly routes: readonly Route[];
  /** What was asked of the processes that would carry runs out. */
  readonly asked: unknown[][] = [];
  readonly defects: unknown[] = [];
  readonly hub = new EventHub("test");
  /** What the coordinator says; null when there is none. */
  workersSeen: () => Promise<WorkersSeen | null> = () => Promise.resolve(null);
  /** Where runs stand in the queues. */
  places: PlaceOf = ({ id }) => ({ queue: "one", turn: 0, why: () => `the reason of ${id}` });
  readonly #logFollows = new LogFollows();
  readonly people: People;
  readonly #handler: Handler;

  private constructor(home: string, options: ApiOptions) {
    this.home = home;
    const roots = {
      dataDir: `${home}/data`,
      logDir: `${home}/logs`,
      dagsDir: `${home}/dags`,
      suspendFlagsDir: `${home}/suspend`,
      baseConfig: `${home}/base.yaml`,
    };
    this.store = new FileRunStore(roots);
    this.model = new IndexReadModel(`${home}/data/index/index.db`, roots);
    const context: ServerContext = {
      model: this.model,
      runs: this.store,
      dags: new FileDagStore({ ...roots, cwd: home, userHome: "", cacheDir: "" }),
      evaluate: (file) => Promise.reject(new DaguError(`Cannot evaluate "${file}"`)),
      files: new DagFiles(roots),
      logs: new LogReader([roots.dataDir, roots.logDir]),
      actions: recorder(this.asked),
      resources: new ResourceHistory({ intervalMs: 1000, retentionMs: 1000, folder: home, now: Date.now }),
      disk: new DiskUses({ ...roots, dagRunsDir: `${roots.dataDir}/dag-runs` }, Date.now),
      hub: this.hub,
      logFollows: this.#logFollows,
      changed: { dags: () => this.model.noteDags(), run: () => this.model.catchUp() },
      fires: new FileFireStore(roots.dataDir),
      why: (run) => Promise.resolve(`the reason of ${run.id}`),
      queuePlaces: () => Promise.resolve((run) => this.places(run)),
      clock: systemClock,
      workers: { seen: () => this.workersSeen() },
      registry: new FileRegistry(`${home}/data/service-registry`),
      baseConfig: roots.baseConfig,
      queues: [{ name: "shared", maxConcurrency: 3 }],
      remoteNodes: ["other"],
      zone: "UTC",
      settings: () => [{ key: "port", value: "8080", about: "" }],
      startedAt: Date.now(),
    };
    const { auth, people, authenticate } = openPeople(home);
    this.people = people;
    this.routes = allRoutes(context, {
      base: BASE,
      publicMetrics: false,
      home: "/",
      title: "Dagu",
      colour: "",
      switches: { ...SWITCHES, ...options.switches },
      auth: options.people ? auth : { ...auth, people: null },
    });
    this.#handler = dispatcher({
      base: BASE,
      routes: this.routes,
      guard: makeGuard(
        { names: ["localhost"], anyAddress: false },
        options.authenticate ?? (options.people ? authenticate : everybodyIsAdmin),
      ),
      confine: confineTo(context),
      switches: { ...SWITCHES, ...options.switches },
      remote: options.remote ?? (() => null),
      pace: options.pace ?? new Pace(Infinity, 1),
      onServed: (served) => noteServed(auth.audit, served),
      onDefect: (error) => this.defects.push(error),
    });
  }

  static async make(options: ApiOptions = {}): Promise<Api> {
    const home = await Deno.realPath(await Deno.makeTempDir({ prefix: "api-" }));
    await Deno.mkdir(`${home}/dags`);
    return new Api(home, options);
  }

  dag(fileName: string, text: string): void {
    Deno.writeTextFileSync(`${this.home}/dags/${fileName}.yaml`, text);
  }

  /** Lets the index see what was done to the files. */
  async sync(): Promise<void> {
    await this.model.catchUp();
    await this.model.verify();
  }

  async send(request: Request): Promise<Reply> {
    const client = { address: "127.0.0.1", gone: () => new AbortController().signal };
    const response = await this.#handler(request, client);
    const endless = response.headers.get("content-type") === "text/event-stream";
    if (endless) await response.body!.cancel();
    const text = endless
      ? ""
      : response instanceof WholeResponse
      ? new TextDecoder().decode(response.content)
      : await response.text();
    const { status, headers } = response;
    const isJson = headers.get("content-type") === "application/json";
    const json = isJson && text !== "" ? JSON.parse(text) : undefined;
    this.#check(request, status, json);
    return { status, headers, text, json };
  }

  /** @param path below the base, e.g. `/dags?page=1` */
  async call(method: string, path: string, body?: unknown, headers: HeadersInit = {}): Promise<Reply> {
    const all = new Headers({ host: "localhost:8080", ...Object.fromEntries(new Headers(headers)) });
    if (body !== undefined && !all.has("content-type")) all.set("content-type", "application/json");
    const text = typeof body === "string" || body === undefined ? body : JSON.stringify(body);
    return await this.send(
      new Request(`http://localhost:8080${BASE}${path}`, { method, headers: all, body: text }),
    );
  }

  async get(path: string): Promise<Reply> {
    return await this.call("GET", path);
  }

  /** The JSON of an answer that must be 200. */
  // deno-lint-ignore no-explicit-any
  async json(path: string): Promise<any> {
    const reply = await this.get(path);
    assertEquals(reply.status, 200, `${path}: ${reply.text}`);
    return reply.json;
  }

  #check(request: Request, status: number, json: unknown): void {
    const { pathname } = new URL(request.url);
    const route = this.routes.find((one) =>
      one.method === request.method.toLowerCase() && addresses(one, pathname)
    );
    if (!route || status === 304) return;
    if (status >= 400 && !(status in route.answers)) {
      const { code, message } = (json ?? {}) as { code?: unknown; message?: unknown };
      assert(
        typeof code === "string" && typeof message === "string",
        `${pathname}: ${status} without code and message`,
      );
      return;
    }
    assert(status in route.answers, `${request.method} ${pathname}: ${status} is not declared`);
    const declared = route.answers[status];
    if (declared === null || typeof declared === "string") return;
    assertEquals(checkValue(declared.json, json), "", `${request.method} ${pathname}: the answer differs`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#logFollows.end();
    this.model.close();
    await Deno.remove(this.home, { recursive: true });
  }
}

/** As the router does: words before names. */
function addresses(route: Route, pathname: string): boolean {
  const pattern = route.at.replace(/\{\w+\}/g, "[^/]+");
  return new RegExp(`^${BASE}${pattern}$`).test(pathname);
}

function recorder(asked: unknown[][]): RunActions {
  const note = (what: string) => (...values: unknown[]) => {
    asked.push([what, ...values]);
  };
  const runOf = ({ dag, dagRunId }: { dag: string; dagRunId: string }) => ({
    name: dag,
    id: dagRunId || "new-run",
  });
  return {
    start: (request) => Promise.resolve(note("start")(request)).then(() => runOf(request)),
    enqueue: (request) => Promise.resolve(note("enqueue")(request)).then(() => runOf(request)),
    startText: (request) =>
      Promise.resolve(note("startText")(request)).then(() => runOf({ ...request, dag: request.name })),
    enqueueText: (request) =>
      Promise.resolve(note("enqueueText")(request)).then(() => runOf({ ...request, dag: request.name })),
    dequeue: (run) => Promise.resolve(note("dequeue")(run)),
    retry: (run, point) => Promise.resolve(note("retry")(run, point)),
    dryRun: (request) =>
      Promise.resolve(note("dryRun")(request)).then(() => ({
        params: [],
        status: "succeeded",
        error: "",
        steps: [],
      })),
    stop: (run) => Promise.resolve(note("stop")(run)),
    approve: (decision) => Promise.resolve(note("approve")(decision)).then(() => true),
    reject: (decision) => Promise.resolve(note("reject")(decision)),
  };
}
