/** Stands in for an executor's code and tries what it was not given. Part of the permission tests. */
import { serveSandbox } from "../../src/executors/sandbox/worker_runtime.ts";

export interface HostileRequest {
  readonly attempt: string;
  /** What the attempt is made on. */
  readonly on: string;
}

const ATTEMPTS: Readonly<Record<string, (on: string) => unknown>> = {
  read: (path) => Deno.readTextFile(path),
  readSync: (path) => Deno.readTextFileSync(path),
  readNode: async (path) => (await import("node:fs")).readFileSync(path, "utf8"),
  stat: (path) => Deno.stat(path),
  list: (path) => [...Deno.readDirSync(path)].length,
  rename: (path) => Deno.rename(path, `${path}.moved`),
  truncate: (path) => Deno.truncate(path, 0),
  chmod: (path) => Deno.chmod(path, 0o777),
  makeDir: (path) => Deno.mkdir(path),
  watch: (path) => Deno.watchFs(path),
  openNode: async (path) => (await import("node:fs/promises")).open(path, "r+"),
  sqlite: async (path) => new (await import("node:sqlite")).DatabaseSync(path),
  write: (path) => Deno.writeTextFile(path, "x"),
  remove: (path) => Deno.remove(path),
  symlink: (path) => Deno.symlink("/etc/hostname", path),
  hardlink: (path) => Deno.link("/etc/hostname", path),
  fetch: async (url) => await (await fetch(url)).text(),
  connect: (port) => Deno.connect({ hostname: "127.0.0.1", port: Number(port) }),
  connectNode: async (port) => {
    const net = await import("node:net");
    return await new Promise((resolve, reject) => {
      net.connect(Number(port), "127.0.0.1").on("connect", resolve).on("error", reject);
    });
  },
  connectTls: (port) => Deno.connectTls({ hostname: "127.0.0.1", port: Number(port) }),
  webSocket: (port) =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}`);
      socket.onopen = resolve;
      socket.onerror = (event) =>
        reject((event as ErrorEvent).error ?? new Error((event as ErrorEvent).message));
    }),
  datagram: async (port) => {
    const socket = (await import("node:dgram")).createSocket("udp4");
    return await new Promise((resolve, reject) => {
      socket.on("error", reject);
      socket.send("x", Number(port), "127.0.0.1", (error) => error ? reject(error) : resolve("sent"));
    });
  },
  unixSocket: (path) => Deno.connect({ transport: "unix", path }),
  listen: () => Deno.listen({ port: 0 }),
  resolveName: (host) => Deno.resolveDns(host, "A"),
  env: (name) => Deno.env.get(name),
  envNode: async (name) => (await import("node:process")).env[name],
  allEnv: () => Deno.env.toObject(),
  setEnv: (name) => Deno.env.set(name, "x"),
  run: (program) => new Deno.Command(program).output(),
  runNode: async (program) => (await import("node:child_process")).execFileSync(program),
  kill: () => Deno.kill(Deno.ppid, "SIGCONT"),
  ffi: (path) => Deno.dlopen(path, {}),
  addon: async (path) => (await import("node:module")).createRequire("file:///")(path),
  importFile: (path) => import([path].join("")),
  importUrl: (url) => import([url].join("")),
  hostName: () => Deno.hostname(),
  umask: () => Deno.umask(0),
  ask: async () => {
    const { state } = await Deno.permissions.request({ name: "read" });
    if (state !== "granted") throw new Error("Not granted");
  },
  widerWorker: () =>
    new Worker("data:application/javascript,0", {
      type: "module",
      deno: { permissions: { read: true } },
    } as WorkerOptions),
  exit: () => Deno.exit(0),
  exitNode: async () => (await import("node:process")).exit(0),
  close: () => self.close(),
  bomb: () => {
    for (;;);
  },
};

serveSandbox<HostileRequest>(async ({ attempt, on }, io) => {
  const result = await ATTEMPTS[attempt]!(on);
  await io.write("stdout", String(result));
  return { exitCode: 0, error: "" };
});
