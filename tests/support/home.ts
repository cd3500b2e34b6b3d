/** A home of its own in which real processes of the program are run, and what is left of them is counted. */
import { FileRunStore } from "../../src/stores/file/runs/run_store.ts";
import { isDeadState, processStat } from "../../src/platform/process/identity.ts";
import { allProcesses } from "../../src/platform/process/process_table.ts";

const ROOT = new URL("../../", import.meta.url);
/** Far more than anything takes, and less than the steps of tests that wait to be ended: it tells what hangs. */
const PATIENCE_MS = 60_000;

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Whether a compiled program is tested instead of the sources. */
export function isCompiled(): boolean {
  return Boolean(Deno.env.get("OURS"));
}

/** The command line of the program, without its arguments: compiled when `OURS` names it, else the sources. */
export function programArgs(): [string, ...string[]] {
  const compiled = Deno.env.get("OURS");
  if (compiled) return [compiled];
  const path = (name: string) => new URL(name, ROOT).pathname;
  return [
    Deno.execPath(),
    ...["run", "--quiet", "--no-check", "-A", "--config", path("deno.json"), path("cli.ts")],
  ];
}

export class Home implements AsyncDisposable {
  readonly path: string;
  readonly store: FileRunStore;

  private constructor(path: string) {
    this.path = path;
    this.store = new FileRunStore({ dataDir: `${path}/data`, logDir: `${path}/logs` });
  }

  static async make(options: { dir?: string } = {}): Promise<Home> {
    const path = await Deno.realPath(await Deno.makeTempDir({ prefix: "home-", ...options }));
    await Deno.mkdir(`${path}/dags`);
    await Deno.mkdir(`${path}/work`);
    return new Home(path);
  }

  /** Writes a definition; `WORK` stands for a folder that its steps may use. @returns its path. */
  dag(name: string, text: string): string {
    const path = `${this.path}/dags/${name}.yaml`;
    Deno.writeTextFileSync(path, text.replaceAll("WORK", `${this.path}/work`));
    return path;
  }

  env(more: Record<string, string> = {}): Record<string, string> {
    return {
      DAGU_HOME: this.path,
      DAGU_SKIP_EXAMPLES: "true",
      DENO_NO_UPDATE_CHECK: "1",
      NO_COLOR: "1",
      SHELL: "/bin/sh",
      XDG_RUNTIME_DIR: "",
      ...more,
    };
  }

  /** Starts a process of the program that says nothing. `wrapper` stands before its command line. */
  spawn(args: readonly string[], wrapper: readonly string[] = []): Deno.ChildProcess {
    const [program, ...rest] = [...wrapper, ...programArgs(), ...args];
    return new Deno.Command(program!, {
      args: rest,
      cwd: this.path,
      env: this.env(),
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
  }

  async run(args: readonly string[], command: readonly string[] = programArgs()): Promise<Ended> {
    const [program, ...rest] = [...command, ...args];
    const { code, stdout, stderr } = await new Deno.Command(program!, {
      args: rest,
      cwd: this.path,
      env: this.env(),
      stdin: "null",
    }).output();
    return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
  }

  /** Lines of a file in the folder for the steps; none when it is missing. */
  marks(name = "marks"): string[] {
    try {
      return Deno.readTextFileSync(`${this.path}/work/${name}`).split("\n").filter((line) => line !== "");
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  }

  /** Resolves when a step left such a line. */
  async marked(line: string, name = "marks"): Promise<void> {
    await until(() => this.marks(name).includes(line), `the mark "${line}"`);
  }

  /** Processes that belong to this home: agents, steps, and guards of its runs. */
  alive(): { readonly pid: number; readonly command: string }[] {
    const guards = this.#tokens();
    const found: { pid: number; command: string }[] = [];
    for (const pid of allProcesses()) {
      if (pid === Deno.pid) continue;
      const command = procText(pid, "cmdline").replaceAll("\0", " ").trim();
      const environment = "\0" + procText(pid, "environ");
      const ours = environment.includes(`\0DAGU_HOME=${this.path}\0`) ||
        guards.some((token) => command.includes(token));
      if (!ours) continue;
      const stat = processStat(pid);
      if (stat && !isDeadState(stat.state)) found.push({ pid, command });
    }
    return found;
  }

  /** Resolves when nothing of this home runs any more. On a machine that is busy with other work the limit is longer. */
  async quiet(limitMs = PATIENCE_MS): Promise<void> {
    const busy = Math.max(1, Deno.loadavg()[0]! / navigator.hardwareConcurrency);
    await until(
      () => this.alive().length === 0,
      "the end of all processes",
      () => this.alive().map(({ pid, command }) => `${pid} ${command}`).join("\n"),
      limitMs * busy,
    );
  }

  /** Every file below the home whose path matches. */
  files(pattern: RegExp, below = this.path): string[] {
    const found: string[] = [];
    const look = (folder: string) => {
      let entries: Deno.DirEntry[];
      try {
        entries = [...Deno.readDirSync(folder)];
      } catch {
        return; // It was removed meanwhile.
      }
      for (const entry of entries) {
        const path = `${folder}/${entry.name}`;
        if (entry.isDirectory) look(path);
        else if (pattern.test(path)) found.push(path);
      }
    };
    look(below);
    return found;
  }

  #tokens(): string[] {
    return this.files(/\/lease\.json$/, `${this.path}/data`).flatMap((path) =>
      /"token":"(\w+)"/.exec(readText(path))?.[1] ?? []
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { pid } of this.alive()) {
      try {
        Deno.kill(pid, "SIGKILL");
      } catch {
        // It has just ended.
      }
    }
    for (let tries = 0;; tries++) {
      try {
        return await Deno.remove(this.path, { recursive: true });
      } catch (error) {
        // A process that is being ended may still write.
        if (tries === 20) throw error;
        await pause(50);
      }
    }
  }
}

/** Does the work in a home of its own, of which nothing is left. */
export async function inHome(work: (home: Home) => Promise<void>): Promise<void> {
  await using home = await Home.make();
  await work(home);
}

function procText(pid: number, name: string): string {
  return readText(`/proc/${pid}/${name}`);
}

function readText(path: string): string {
  try {
    // A pipe would make the reader wait.
    return Deno.statSync(path).isFile ? Deno.readTextFileSync(path) : "";
  } catch {
    return "";
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}

/** Looks every 10 ms until it holds; fails after the limit, by default a minute. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  what: string,
  details: () => string = () => "",
  limitMs = PATIENCE_MS,
): Promise<void> {
  const start = performance.now();
  while (!await holds()) {
    if (performance.now() - start > limitMs) {
      throw new Error(`${what} did not come within ${limitMs} ms\n${details()}`);
    }
    await pause(10);
  }
}
