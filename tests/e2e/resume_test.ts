/** A run on a worker whose agent dies goes on once, though the coordinator that sees to it is killed at any call. Needs strace. */
import { RunStatus } from "../../src/core/status.ts";
import { signalProcess } from "../../src/platform/process/processes.ts";
import { assert, assertEquals } from "../assert.ts";
import { testNeeding } from "../needs.ts";
import { Cluster } from "../support/cluster.ts";
import { freePort } from "../support/free_port.ts";
import { Home, until } from "../support/home.ts";
import { killing, type KillPoint, pointsOf, tracing } from "../support/kill_calls.ts";
import type { ServiceProcess } from "../support/services.ts";

const FLOW = `
queue: lane
workerSelector: {pool: a}
onCrash: resume
steps:
  - {name: first, command: 'echo $DAG_RUN_ID:first >> WORK/marks'}
  - {name: wait, command: 'echo $DAG_RUN_ID:wait >> WORK/marks; [ $(grep -c $DAG_RUN_ID:wait WORK/marks) -gt 1 ] || sleep 300'}
`;
/** Of so many calls one is tried. */
const STRIDE = 5;

class Site {
  readonly cluster: Cluster;
  readonly #port = freePort();
  coordinator: ServiceProcess;

  private constructor(readonly home: Home) {
    this.cluster = new Cluster(home);
    this.coordinator = this.cluster.coordinator(this.#port);
  }

  /** The scheduler hands runs in, and does not look for dead ones: the coordinator alone has to see to them. */
  static async open(home: Home): Promise<Site> {
    home.dag("flow", FLOW);
    const site = new Site(home);
    await site.cluster.leads(site.coordinator);
    await site.cluster.worker("w1", "pool=a").says("Worker started");
    site.cluster.scheduler({ DAGU_SCHEDULER_ZOMBIE_DETECTION_INTERVAL: "0s" });
    return site;
  }

  /**
   * Has a run begin, and kills its agent while the coordinator is traced. Another coordinator follows in any case: a
   * tracer that is told to end may kill all the same in its last moment.
   * @returns whether the tracer has killed the coordinator
   */
  async crash(id: string, tracer: readonly string[]): Promise<boolean> {
    await this.cluster.enqueue(this.home.dag("flow", FLOW), id);
    await this.home.marked(`${id}:wait`);
    const { pid } = (await this.home.store.find("flow", id))!.lease!;
    const [program, ...args] = [...tracer, "-p", String(this.coordinator.pid)];
    const child = new Deno.Command(program!, { args, stdin: "null", stdout: "null", stderr: "null" }).spawn();
    const status = `/proc/${this.coordinator.pid}/status`;
    await until(() => !/^TracerPid:\t0$/m.test(Deno.readTextFileSync(status)), "the tracer");
    Deno.kill(pid, "SIGKILL");
    let killed = false;
    this.coordinator.ended.then(() => killed = true);
    await until(
      async () => killed || await this.#isOver(id),
      `${id}: its end`,
      () => this.cluster.said,
    );
    const byTracer = killed;
    signalProcess(this.coordinator.pid, "SIGKILL");
    await Promise.all([this.coordinator.ended, child.status]);
    this.coordinator = this.cluster.coordinator(this.#port);
    await this.cluster.leads(this.coordinator);
    await until(() => this.#isOver(id), `${id}: its end`, () => this.cluster.said);
    const marks = this.home.marks().filter((line) => line.startsWith(`${id}:`));
    assertEquals(marks, [`${id}:first`, `${id}:wait`, `${id}:wait`]);
    // The one in the queue counts.
    assertEquals((await this.home.store.find("flow", id))!.lease!.epoch, 3, `${id}: attempts`);
    return byTracer;
  }

  async #isOver(id: string): Promise<boolean> {
    return (await this.home.store.find("flow", id))?.record.status === RunStatus.Succeeded;
  }
}

testNeeding({
  name: "resume: a coordinator killed before a file-changing call while it sees to a lost run",
  needs: ["strace"],
  fn: async () => {
    await using home = await Home.make();
    const site = await Site.open(home);
    const trace = `${home.path}/trace`;
    await site.crash("whole", tracing(trace));
    const points: KillPoint[] = pointsOf(Deno.readTextFileSync(trace));
    let kills = 0;
    for (let n = 0; n < points.length; n += STRIDE) {
      if (await site.crash(`n${n}`, killing(points[n]!))) kills++;
    }
    assert(kills > 0, "The coordinator was never killed");
  },
});
