/**
 * Cuts the power: the home stands on a file system of its own in a file, and what that file holds at the instant of the
 * cut is all that is left. Needs root, `mkfs` and loop devices.
 *
 *     deno run -A tests/campaigns/power.ts [--cuts N] [--seed N] [--fs ext4|xfs]
 *
 * `OURS` names a compiled program to test instead of the sources.
 */
import { RunStatus, runStatusName } from "../../src/core/status.ts";
import { assert, assertEquals } from "../assert.ts";
import { Random } from "../fakes/random.ts";
import { Home, until } from "../support/home.ts";

const SIZE = 320 << 20;
const FLOW = `
workingDir: WORK
steps:
  - {name: a, command: 'echo $DAG_RUN_ID >> marks'}
  - {name: b, command: sleep 0.05}
  - {name: c, command: 'echo $DAG_RUN_ID:end >> marks'}
`;

function option(name: string, otherwise: string): string {
  const at = Deno.args.indexOf(`--${name}`);
  return at < 0 ? otherwise : Deno.args[at + 1]!;
}

async function command(program: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, { args, stdin: "null" }).output();
  assert(success, `${program} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}

/** A file system in a file, in memory. */
class Disk {
  #image = "";
  #cuts = 0;

  private constructor(readonly folder: string, readonly fs: string) {}

  static async make(fs: string): Promise<Disk> {
    const disk = new Disk(await Deno.makeTempDir({ dir: "/dev/shm", prefix: "power-" }), fs);
    await Deno.mkdir(disk.mount);
    disk.#image = `${disk.folder}/0.img`;
    using file = await Deno.open(disk.#image, { write: true, createNew: true });
    await file.truncate(SIZE);
    await command(`mkfs.${fs}`, "-q", disk.#image);
    await disk.#mount();
    return disk;
  }

  get mount(): string {
    return `${this.folder}/disk`;
  }

  /** What the disk holds now is what is there after the next start; nothing may use it any more. */
  async cut(before: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    const next = `${this.folder}/${++this.#cuts}.img`;
    await command("cp", "--sparse=always", this.#image, next);
    await before();
    await command("umount", this.mount);
    await Deno.remove(this.#image);
    this.#image = next;
    await this.#mount();
  }

  #mount(): Promise<void> {
    return command("mount", "-t", this.fs, "-o", "loop", this.#image, this.mount);
  }

  async remove(): Promise<void> {
    await command("umount", this.mount);
    await Deno.remove(this.folder, { recursive: true });
  }
}

function kill(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

async function statusOf(home: Home, id: string): Promise<RunStatus | null> {
  return (await home.store.find("flow", id))?.record.status ?? null;
}

/** Runs that were put in line are there after the cut, and run once. */
async function enqueued(disk: Disk, home: Home, cuts: number): Promise<string> {
  const ids = Array.from({ length: cuts }, (_, i) => `q${i}`);
  for (const [i, id] of ids.entries()) {
    const { code, stderr } = await home.run(["enqueue", "-q", "--run-id", id, "flow"]);
    assertEquals(code, 0, stderr);
    await disk.cut();
    for (const there of ids.slice(0, i + 1)) {
      assertEquals(await statusOf(home, there), RunStatus.Queued, `${there} after the cut behind ${id}`);
    }
  }
  const scheduler = home.spawn(["scheduler", "-q"]);
  const allEnded = async () => {
    const states = await Promise.all(ids.map((id) => statusOf(home, id)));
    return states.every((state) => state === RunStatus.Succeeded);
  };
  try {
    await until(allEnded, "the end of all runs", undefined, 120_000);
  } finally {
    scheduler.kill("SIGTERM");
    await scheduler.status;
  }
  await home.quiet(30_000);
  for (const id of ids) {
    assertEquals(home.marks().filter((mark) => mark === id).length, 1, `${id}: how often`);
  }
  return `${cuts} of ${cuts} kept, each run once`;
}

/** Runs that were taken out of line stay out, and leave nothing to put aside. */
async function dequeued(disk: Disk, home: Home, cuts: number): Promise<string> {
  const items = () => home.files(/\/item_[^/]*$/, `${home.path}/data/queue`);
  for (let i = 0; i < cuts; i++) {
    const id = `d${i}`;
    for (const args of [["enqueue", "-q", "--run-id", id, "flow"], ["dequeue", "-q", "flow"]]) {
      const { code, stderr } = await home.run(args);
      assertEquals(code, 0, stderr);
    }
    await disk.cut();
    assertEquals([await statusOf(home, id), items()], [null, []], id);
  }
  return `${cuts} of ${cuts} gone`;
}

/** A run that was under way is readable after the cut, and a retry ends it. */
async function started(disk: Disk, home: Home, cuts: number, random: Random): Promise<string> {
  const found: Record<string, number> = {};
  for (let i = 0; i < cuts; i++) {
    const id = `s${i}`;
    const child = home.spawn(["start", "-q", "--run-id", id, "flow"]);
    const over = child.status;
    await new Promise((resolve) => setTimeout(resolve, random.below(1500)));
    // Before the copy, which takes a moment: a disk does not change while it has no power.
    for (const { pid } of home.alive()) kill(pid);
    await disk.cut(async () => {
      await over;
      await home.quiet(30_000);
    });
    const listed = await home.run(["history", "flow"]);
    assertEquals([listed.code, /damaged/i.test(listed.stdout + listed.stderr)], [0, false], listed.stderr);
    if (await statusOf(home, id) !== null) {
      const shown = await home.run(["status", "--run-id", id, "flow"]);
      assertEquals(shown.code, 0, shown.stderr);
    }
    const state = await statusOf(home, id);
    const word = state === null ? "never was" : runStatusName(state);
    found[word] = (found[word] ?? 0) + 1;
    if (state === RunStatus.Succeeded) continue;
    const again = state === null ? "start" : "retry";
    const { code, stderr } = await home.run([again, "-q", "--run-id", id, "flow"]);
    assertEquals(code, 0, `${again} of ${id}: ${stderr}`);
    assertEquals(await statusOf(home, id), RunStatus.Succeeded, id);
  }
  return Object.entries(found).map(([word, count]) => `${count} ${word}`).join(", ");
}

async function campaign(): Promise<void> {
  const cuts = Number(option("cuts", "20"));
  const random = new Random(Number(option("seed", "1")));
  const fs = option("fs", "ext4");
  const disk = await Disk.make(fs);
  try {
    const home = await Home.make({ dir: disk.mount });
    home.dag("flow", FLOW);
    Deno.writeTextFileSync(`${home.path}/config.yaml`, "scheduler: {port: 0}\n");
    await command("sync", "-f", disk.mount);
    console.log(`ok      ${fs}, cuts behind enqueue: ${await enqueued(disk, home, cuts)}`);
    console.log(`ok      ${fs}, cuts behind dequeue: ${await dequeued(disk, home, cuts)}`);
    console.log(`ok      ${fs}, cuts while a run goes on: ${await started(disk, home, cuts, random)}`);
  } catch (error) {
    console.log(`FAILED  ${fs}: ${error instanceof Error ? error.message : error}`);
    Deno.exitCode = 1;
  } finally {
    await disk.remove();
  }
}

if (import.meta.main) await campaign();
