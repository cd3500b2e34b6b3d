/** The reference program with its pages, and the server that these pages are pointed at. */
import { Home, programArgs, until } from "../support/home.ts";
import { freePort } from "../support/free_port.ts";
import { stripping } from "./strip.ts";

const TOKEN = "a-token-that-the-node-knows";
/** The reference looks at its queues twice a minute. */
const PATIENCE_MS = 90_000;
/** Name of the server that is looked at, as the pages know it. */
export const NODE = "subject";

export interface StageOptions {
  /** Path of the reference program. */
  readonly reference: string;
  /** Command line of the program that is looked at. */
  readonly subject: readonly string[];
  /** Members that are taken out of every answer, to see that the checks notice. */
  readonly without: readonly string[];
}

/** Answers of the server that is looked at, asked without the pages. */
export class Subject {
  constructor(readonly home: Home, readonly base: string) {}

  // deno-lint-ignore no-explicit-any
  async ask(method: string, path: string, body?: unknown): Promise<any> {
    const response = await fetch(this.base + path, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === "" ? null : JSON.parse(text);
  }

  /** Newest run of a DAG, as lists tell it; null when there is none. */
  // deno-lint-ignore no-explicit-any
  async newest(name: string): Promise<any> {
    const { dagRuns } = await this.ask("GET", `/dag-runs?name=${name}`);
    return dagRuns[0] ?? null;
  }

  /** Resolves with the newest run of a DAG as soon as its status is that one. */
  async reaches(name: string, status: string): Promise<string> {
    let id = "";
    await until(
      async () => {
        const run = await this.newest(name);
        if (run?.statusLabel !== status) return false;
        id = run.dagRunId;
        return true;
      },
      `a run of ${name} that is ${status}`,
      undefined,
      PATIENCE_MS,
    );
    return id;
  }
}

export class Stage implements AsyncDisposable {
  readonly #stack: AsyncDisposableStack;

  private constructor(readonly pages: string, readonly subject: Subject, stack: AsyncDisposableStack) {
    this.#stack = stack;
  }

  static async build({ reference, subject, without }: StageOptions): Promise<Stage> {
    await using stack = new AsyncDisposableStack();
    const home = stack.use(await Home.make());
    const api = await startServer(stack, home, [...subject, "start-all"], {
      DAGU_AUTH_MODE: "builtin",
      DAGU_AUTH_TOKEN: TOKEN,
      DAGU_AUTH_TOKEN_SECRET: "thirty-two characters at the very least",
      DAGU_AUTH_ADMIN_PASSWORD: "correct horse battery",
      DAGU_SCHEDULER_PORT: String(freePort()),
      DAGU_COORDINATOR_PORT: String(freePort()),
    });
    const shown = without.length === 0 ? api : stack.use(stripping(api, without)).address;
    const own = stack.use(await Home.make());
    Deno.writeTextFileSync(
      `${own.path}/config.yaml`,
      `remoteNodes: [{name: ${NODE}, apiBaseURL: "${shown}/api/v2", isAuthToken: true, authToken: ${TOKEN}}]\n`,
    );
    const pages = await startServer(stack, own, [reference, "server"], { DAGU_AUTH_MODE: "none" });
    return new Stage(pages, new Subject(home, `${api}/api/v2`), stack.move());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

async function startServer(
  stack: AsyncDisposableStack,
  home: Home,
  [program, ...args]: readonly string[],
  env: Record<string, string>,
): Promise<string> {
  const port = freePort();
  const child = new Deno.Command(program!, {
    args: [...args, "--port", String(port)],
    cwd: home.path,
    env: home.env(env),
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  stack.defer(async () => {
    try {
      child.kill("SIGTERM");
    } catch {
      // It has ended.
    }
    await child.status;
  });
  const address = `http://127.0.0.1:${port}`;
  await until(
    () =>
      fetch(`${address}/api/v2/health`).then((answer) => answer.body!.cancel()).then(() => true, () => false),
    `the server ${program}`,
  );
  return address;
}

export const OURS = programArgs();
