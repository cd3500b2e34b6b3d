/** A real container engine for tests: the one that `DOCKER_HOST` names, or one of its own that ends with the tests. */
import { which } from "../needs.ts";

/** Two megabytes: busybox and nothing else. */
export const IMAGE = "dagu-test:1";
const START_LIMIT_MS = 60_000;

let engine: Promise<void> | null = null;

/** Sees to it that an engine answers at `DOCKER_HOST`, with the test's image in it. */
export async function ensureEngine(): Promise<void> {
  await (engine ??= prepare());
}

/** Runs the docker command. @throws Error with what it said when it fails. */
export async function docker(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(args);
  if (code === 0) return stdout.trim();
  throw new Error(`docker ${args.join(" ")}: ${stderr}`);
}

/** Ids of containers, running or not, that match a filter. */
export async function containers(filter: string): Promise<string[]> {
  return (await docker("ps", "-aq", "--no-trunc", "--filter", filter)).split("\n").filter((id) => id !== "");
}

async function prepare(): Promise<void> {
  if ((await run(["version"])).code !== 0) {
    Deno.env.set("DOCKER_HOST", `unix://${(await startEngine()).socket}`);
    // The engine ends with this file of tests; the next one shares the environment.
    globalThis.addEventListener("unload", () => Deno.env.delete("DOCKER_HOST"));
  }
  if ((await run(["image", "inspect", IMAGE])).code !== 0) await buildImage();
}

async function run(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await new Deno.Command(which("docker"), {
    args: [...args],
    stdin: "null",
  })
    .output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

export interface OwnEngine {
  readonly socket: string;
  /** Resolves when it is gone, with what it left. */
  stop(): Promise<void>;
}

/** Starts an engine that ends with the tests. @throws Error with the end of its log when it does not start */
export async function startEngine(more: readonly string[] = []): Promise<OwnEngine> {
  const folder = await Deno.makeTempDir({ prefix: "docker-" });
  const socket = `${folder}/engine.sock`;
  const log = await Deno.open(`${folder}/log`, { create: true, write: true });
  const child = new Deno.Command(which("dockerd"), {
    args: [
      ...["--data-root", `${folder}/data`, "--exec-root", `${folder}/exec`, "-p", `${folder}/pid`],
      ...["-H", `unix://${socket}`, "--iptables=false", "--ip6tables=false", "--bridge=none", ...more],
    ],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const copied = child.stderr.pipeTo(log.writable).catch(() => {});
  child.unref();
  const end = (detached: boolean) => {
    child.kill("SIGTERM");
    return new Deno.Command("sh", {
      args: [
        "-c",
        'while kill -0 "$1" 2>/dev/null; do sleep 0.1; done; umount "$2"/exec/netns/*; rm -rf "$2"',
        "sh",
        `${child.pid}`,
        folder,
      ],
      detached,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
  };
  // Tests end without a last word: what is left then is taken away before the process ends.
  const last = () => end(true).unref();
  globalThis.addEventListener("unload", last);
  const stop = async () => {
    globalThis.removeEventListener("unload", last);
    await end(false).status;
    await copied;
  };
  const deadline = Date.now() + START_LIMIT_MS;
  let ended = false;
  void child.status.then(() => ended = true);
  while ((await run(["-H", `unix://${socket}`, "version"])).code !== 0) {
    if (ended || Date.now() > deadline) {
      const text = await Deno.readTextFile(`${folder}/log`);
      throw new Error(`dockerd does not start:\n${text.slice(-2000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { socket, stop };
}

/** @throws Error when there is no static busybox. */
async function buildImage(): Promise<void> {
  const root = await Deno.makeTempDir({ prefix: "image-" });
  try {
    const script = `set -e
mkdir -p bin etc tmp
cp "$(command -v busybox)" bin/busybox
chmod 755 . bin bin/busybox
for name in $(busybox --list); do test -e "bin/$name" || ln -s busybox "bin/$name"; done
printf 'root:x:0:0:root:/:/bin/sh\\nnobody:x:65534:65534:nobody:/:/bin/sh\\n' >etc/passwd
tar -c . | "$1" import --change 'ENV PATH=/bin' --change 'CMD ["/bin/sh"]' - "$2"`;
    const { code, stderr } = await new Deno.Command("sh", {
      args: ["-c", script, "sh", which("docker"), IMAGE],
      cwd: root,
      stdin: "null",
    }).output();
    if (code !== 0) {
      throw new Error(`The image of the tests cannot be built: ${new TextDecoder().decode(stderr)}`);
    }
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}
