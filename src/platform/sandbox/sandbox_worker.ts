/** Workers that hold an exact set of permissions, and nothing else. */
import type { PermissionSet } from "../../core/permissions.ts";
import { isBundled } from "../bundle/bundled.ts";
import { SOCKET_HOST } from "../socket/socket_host.ts";

export interface SandboxWorker {
  post(message: unknown): void;
  /**
   * Ends the worker.
   * @param atWork it may be in the middle of something
   */
  terminate(atWork: boolean): void;
}

let leftAtWork = false;

/**
 * Whether a worker was terminated at its work: Deno 2.9 does not end one that is in a loop, so that it takes a processor
 * for as long as this process lives.
 */
export function mayLoop(): boolean {
  return leftAtWork;
}

export interface SandboxListener {
  onMessage(message: unknown): void;
  /** The worker broke down: it could not be loaded, or an error was not caught in it. It is useless then. */
  onBreakdown(reason: string): void;
}

/**
 * Starts a worker with the code of an executor.
 * @param name folder of the executor, whose `worker.ts` is loaded, or the address of a module
 */
export function startSandbox(
  name: string,
  permissions: PermissionSet,
  listener: SandboxListener,
): SandboxWorker {
  const worker = new Worker(workerUrl(name), {
    type: "module",
    name: `dagu-${name}`,
    deno: { permissions: denoPermissions(permissions) },
  } as WorkerOptions);
  worker.onmessage = (event) => listener.onMessage(event.data);
  worker.onerror = (event) => {
    event.preventDefault();
    listener.onBreakdown(event.message);
  };
  worker.onmessageerror = () => listener.onBreakdown("a message could not be read");
  return {
    post: (message) => worker.postMessage(message),
    terminate: (atWork) => {
      leftAtWork ||= atWork;
      worker.terminate();
    },
  };
}

/** The sources stand beside this file's folder; a bundle has a folder with bundles of them. */
function workerUrl(name: string): string {
  if (URL.canParse(name)) return name;
  const path = isBundled() ? `./workers/${name}.js` : `../../executors/${name}/worker.ts`;
  return new URL(path, import.meta.url).href;
}

/** Every kind is named, so that nothing is inherited. */
function denoPermissions(set: PermissionSet): Record<string, readonly string[] | boolean> {
  const list = (entries: readonly string[] | undefined) =>
    !entries || entries.length === 0 ? false : entries.includes("*") ? true : entries;
  return {
    net: list(withSocketHost(set.net)),
    read: list(set.read),
    write: list(set.write),
    env: list(set.env),
    run: list(set.run),
    sys: list(set.sys),
    import: list(set.import),
    ffi: false,
  };
}

/** Who may use a socket may do so by `fetch`. */
function withSocketHost(net: readonly string[] | undefined): readonly string[] | undefined {
  return net?.some((entry) => entry.startsWith("unix:")) ? [...net, `${SOCKET_HOST}:80`] : net;
}
