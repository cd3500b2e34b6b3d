/**
 * Machines of their own for services: a network and a host name each, joined by a bridge, on the files and processes
 * of this one. Needs the right to make network namespaces.
 */
import { isDeadState, processStat } from "../../src/platform/process/identity.ts";
import { allProcesses } from "../../src/platform/process/process_table.ts";
import { type Home, programArgs } from "./home.ts";
import { ServiceProcess } from "./services.ts";

const NETWORK = "10.213.77";

async function ip(...args: string[]): Promise<void> {
  const { code, stderr } = await new Deno.Command("ip", { args, stdin: "null" }).output();
  if (code !== 0) throw new Error(`ip ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}

/** Why there can be none on this machine; "" when there can. */
export async function noMachines(): Promise<string> {
  const name = `dagu-try-${Deno.pid}`;
  try {
    await ip("netns", "add", name);
    await ip("netns", "delete", name);
    return "";
  } catch (error) {
    return `network namespaces cannot be made: ${(error as Error).message}`;
  }
}

export class Machine {
  /** Groups of processes that were started here. */
  readonly #services: ServiceProcess[] = [];

  constructor(readonly name: string, readonly namespace: string, readonly address: string) {}

  /** @param args the command and its flags */
  start(home: Home, args: readonly string[], more: Record<string, string> = {}): ServiceProcess {
    const log = `${home.path}/${this.name}-${args[0]}-${this.#services.length}.log`;
    const inside = ["ip", "netns", "exec", this.namespace, "unshare", "--uts"];
    const child = new Deno.Command(inside[0]!, {
      args: [
        ...inside.slice(1),
        ...["sh", "-c", 'hostname "$1"; log=$2; shift 2; exec "$@" 2>"$log"', "sh", this.name, log],
        ...programArgs(),
        ...args,
      ],
      cwd: home.path,
      env: home.env(more),
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const service = new ServiceProcess(child, log);
    this.#services.push(service);
    return service;
  }

  /** Takes the cable out, or puts it in again. */
  async cable(plugged: boolean): Promise<void> {
    await ip("-n", this.namespace, "link", "set", "eth0", plugged ? "up" : "down");
  }

  /** Sends a signal to everything that runs here: services, agents, steps. */
  signalAll(name: Deno.Signal): number[] {
    const pids = this.processes();
    for (const pid of pids) {
      try {
        Deno.kill(pid, name);
      } catch {
        // It has just ended.
      }
    }
    return pids;
  }

  processes(): number[] {
    const own = namespaceOf(`/run/netns/${this.namespace}`);
    return allProcesses().filter((pid) => {
      const stat = processStat(pid);
      return stat !== null && !isDeadState(stat.state) && namespaceOf(`/proc/${pid}/ns/net`) === own;
    });
  }
}

/** Number of a namespace; "" when it is gone. */
function namespaceOf(path: string): string {
  try {
    return String(Deno.statSync(path).ino);
  } catch {
    return "";
  }
}

export class Machines implements AsyncDisposable {
  readonly all: Machine[] = [];

  static async make(...names: readonly string[]): Promise<Machines> {
    const machines = new Machines();
    const [hub, ...others] = names.map((name, i) =>
      new Machine(name, `dagu-${Deno.pid}-${name}`, `${NETWORK}.${i + 1}`)
    );
    for (const machine of [hub!, ...others]) {
      await ip("netns", "add", machine.namespace);
      machines.all.push(machine);
      await ip("-n", machine.namespace, "link", "set", "lo", "up");
    }
    const at = hub!.namespace;
    await ip("-n", at, "link", "add", "eth0", "type", "bridge");
    await ip("-n", at, "address", "add", `${hub!.address}/24`, "dev", "eth0");
    await ip("-n", at, "link", "set", "eth0", "up");
    for (const [i, { namespace, address }] of others.entries()) {
      await ip(
        "-n",
        at,
        "link",
        "add",
        `port${i}`,
        "type",
        "veth",
        "peer",
        "name",
        "eth0",
        "netns",
        namespace,
      );
      await ip("-n", at, "link", "set", `port${i}`, "master", "eth0", "up");
      await ip("-n", namespace, "address", "add", `${address}/24`, "dev", "eth0");
      await ip("-n", namespace, "link", "set", "eth0", "up");
    }
    return machines;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const machine of this.all) {
      machine.signalAll("SIGCONT");
      machine.signalAll("SIGKILL");
      await ip("netns", "delete", machine.namespace).catch(() => {});
    }
  }
}
