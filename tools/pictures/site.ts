/** A server over a home with a week of history, things that run, wait and are broken. */
import { deno, ROOT } from "../deno_command.ts";

const HERE = `${ROOT}tools/pictures`;
const MINUTE = 60_000;

export interface Site extends AsyncDisposable {
  readonly address: string;
  /** A second server over the same home, at which one logs in as {@link PERSON}. */
  readonly guarded: string;
  readonly home: string;
}

export const PERSON = { username: "ada", password: "correct horse battery" } as const;

/** @param program command line of the server; the sources are run by default */
export async function openSite(
  program: readonly string[] = [Deno.execPath(), "run", "-A", "--no-check", `${ROOT}cli.ts`],
): Promise<Site> {
  const home = await Deno.makeTempDir({ prefix: "dagu-pictures-" });
  const env = {
    DAGU_HOME: home,
    DAGU_SKIP_EXAMPLES: "true",
    DAGU_AUTH_MODE: "none",
    DENO_NO_UPDATE_CHECK: "1",
  };
  await copyDefinitions(home);
  await deno(["run", "-A", "--no-check", `${HERE}/seed.ts`], env);
  const children = [
    [1.4, "train_model", "--", "SECONDS_TO_TRAIN=2000"] as const,
    [0.1, "orders_etl", "--", "WAIT=9000"] as const,
  ].map(([ago, ...run]) => spawn([...pastCommand(`${ago * MINUTE}`), "start", "--quiet", ...run], env));
  const [command, ...first] = program;
  for (const name of ["reindex_search", "train_model"]) {
    await output([command!, ...first, "enqueue", "--quiet", name], env);
  }
  const serve = (name: string, more: Record<string, string>) => {
    const port = freePort();
    const child = spawn([command!, ...first, name, "--port", String(port)], { ...env, ...more });
    return { child, address: `http://127.0.0.1:${port}` };
  };
  const open = serve("start-all", {});
  const guarded = serve("server", {
    DAGU_AUTH_MODE: "builtin",
    DAGU_AUTH_ADMIN_USERNAME: PERSON.username,
    DAGU_AUTH_ADMIN_PASSWORD: PERSON.password,
  });
  for (const { address } of [open, guarded]) await untilAnswers(`${address}/api/v2/ready`);
  return {
    address: open.address,
    guarded: guarded.address,
    home,
    [Symbol.asyncDispose]: async () => {
      await end([open.child, guarded.child, ...children]);
      await Deno.remove(home, { recursive: true });
    },
  };
}

async function copyDefinitions(home: string): Promise<void> {
  await Deno.mkdir(`${home}/dags`);
  await Deno.copyFile(`${HERE}/config.yaml`, `${home}/config.yaml`);
  for await (const { name } of Deno.readDir(`${HERE}/dags`)) {
    await Deno.copyFile(`${HERE}/dags/${name}`, `${home}/dags/${name}`);
  }
  await Deno.mkdir(`${home}/suspend`);
  await Deno.writeTextFile(`${home}/suspend/cleanup_logs.suspend`, "");
}

function pastCommand(ms: string): string[] {
  return [Deno.execPath(), "run", "-A", "--no-check", `${HERE}/past.ts`, ms, "1"];
}

function spawn([program, ...args]: readonly string[], env: Record<string, string>): Deno.ChildProcess {
  return new Deno.Command(program!, { args, env, stdin: "null", stdout: "null", stderr: "null" }).spawn();
}

async function output(command: readonly string[], env: Record<string, string>): Promise<void> {
  await spawn(command, env).status;
}

/** Politely: what they run ends with them. */
async function end(children: readonly Deno.ChildProcess[]): Promise<void> {
  for (const child of children) {
    try {
      child.kill("SIGTERM");
    } catch {
      // It has ended.
    }
  }
  await Promise.all(children.map((child) => child.status));
}

async function untilAnswers(url: string): Promise<void> {
  for (let i = 0; i < 300; i++) {
    const ok = await fetch(url).then(
      (response) => response.body?.cancel().then(() => response.ok),
      () => false,
    );
    if (ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`Nothing answers at ${url}`);
}

/** A port that was free a moment ago. */
function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}
