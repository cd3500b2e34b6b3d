/** The engine's calls that concern one container. */
import { type ByteStream, type EngineApi, type EngineCall, segment } from "../worker_engine.ts";

export interface ContainerState {
  readonly Status: string;
  readonly Running: boolean;
  readonly ExitCode: number;
  readonly Error: string;
  readonly Health?: { readonly Status: string } | null;
}

export interface ContainerFacts {
  readonly Id: string;
  readonly State: ContainerState;
}

export interface ExecFacts {
  readonly Running: boolean;
  readonly ExitCode: number | null;
}

export class Container {
  /** @param id or its name */
  constructor(readonly api: EngineApi, readonly id: string) {}

  async inspect(signal?: AbortSignal): Promise<ContainerFacts> {
    return await this.api.json(this.#call("GET", "/json", { signal }));
  }

  async start(signal: AbortSignal): Promise<void> {
    await this.api.done(this.#call("POST", "/start", { signal }));
  }

  /** What it writes from now on; a stream of frames, or of plain bytes where it has a terminal. */
  async attach(signal: AbortSignal): Promise<ByteStream> {
    const query = { stream: "1", stdout: "1", stderr: "1" };
    return await this.api.stream({ ...this.#call("POST", "/attach", { query }), signal });
  }

  /** All that it has written and will write. */
  async logs(signal: AbortSignal): Promise<ByteStream> {
    const query = { follow: "1", stdout: "1", stderr: "1" };
    return await this.api.stream({ ...this.#call("GET", "/logs", { query }), signal });
  }

  /** The exit code with which it ends. */
  async wait(signal: AbortSignal): Promise<number> {
    const end = await this.api.json<{ readonly StatusCode: number }>(this.#call("POST", "/wait", { signal }));
    return end.StatusCode;
  }

  async kill(name: string): Promise<void> {
    await this.api.done(this.#call("POST", "/kill", { query: { signal: name } }));
  }

  /** Asks it to end, and kills it after that many seconds. */
  async stop(seconds: number, signal: AbortSignal): Promise<void> {
    await this.api.done(this.#call("POST", "/stop", { query: { t: String(seconds) }, signal }));
  }

  /** Removes it with its anonymous volumes, killed when it runs. */
  async remove(signal?: AbortSignal): Promise<void> {
    await this.api.done(this.#call("DELETE", "", { query: { force: "1", v: "1" }, signal }));
  }

  /** @returns the id under which the command can be started */
  async createExec(body: Readonly<Record<string, unknown>>): Promise<string> {
    return (await this.api.json<{ readonly Id: string }>(this.#call("POST", "/exec", { body }))).Id;
  }

  async startExec(id: string, signal: AbortSignal): Promise<ByteStream> {
    const body = { Detach: false, Tty: false };
    return await this.api.stream({ method: "POST", path: `/exec/${segment(id)}/start`, body, signal });
  }

  async inspectExec(id: string, signal?: AbortSignal): Promise<ExecFacts> {
    return await this.api.json({ method: "GET", path: `/exec/${segment(id)}/json`, signal });
  }

  #call(
    method: EngineCall["method"],
    path: string,
    more: Pick<EngineCall, "query" | "body" | "signal">,
  ): EngineCall {
    return { method, path: `/containers/${segment(this.id)}${path}`, ...more };
  }
}
