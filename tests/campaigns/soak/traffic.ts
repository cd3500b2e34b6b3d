/** Work that comes in during a soak, until a signal comes. Each kind goes on at its own pace. */
import type { Random } from "../../fakes/random.ts";
import { pause } from "../../support/home.ts";
import { QUEUED } from "./definitions.ts";
import type { Desk } from "./desk.ts";

const DAGS = Object.keys(QUEUED);
/** Runs that a person keeps waiting for at the same time. */
const MOST_WAITING = 3;

/** Does something again and again, at random distances of `everyMs` on average. */
async function pace(
  random: Random,
  everyMs: number,
  signal: AbortSignal,
  work: () => Promise<unknown>,
): Promise<void> {
  const going = new Set<Promise<unknown>>();
  while (!signal.aborted) {
    await pause(everyMs * (0.5 + random.next()));
    if (signal.aborted || going.size >= MOST_WAITING) continue;
    const one: Promise<unknown> = work().finally(() => going.delete(one));
    going.add(one);
  }
  await Promise.all(going);
}

/** Runs are queued and started, by command and by request. */
export async function work(desk: Desk, random: Random, everyMs: number, signal: AbortSignal): Promise<void> {
  await pace(random, everyMs, signal, async () => {
    const dag = random.pick(DAGS);
    const way = random.below(4);
    if (way === 0) return await desk.enqueue(dag, random.pick(["high", "low"]));
    if (way === 1) return await desk.start(dag);
    if (way === 2) return await desk.enqueueByRequest(random.below(2), dag);
    return await desk.startByRequest(random.below(2), dag);
  });
}

/** A person makes definitions, one after the other, does all that can be done with them, and takes them away. */
export async function people(desk: Desk, random: Random, tale: string, signal: AbortSignal): Promise<void> {
  for (let number = 1; !signal.aborted; number++) {
    let name = `tale-${number}`;
    if (!await desk.request(0, "POST", "/dags", { name, spec: tale })) await pause(2000);
    const ids: string[] = [];
    const going: Promise<unknown>[] = [];
    const newest = () => ids.at(-1) ?? "none";
    const acts: Readonly<Record<string, () => Promise<unknown>>> = {
      start: async () => void ids.push(await desk.startByRequest(random.below(2), name)),
      command: () => {
        const started = desk.start(name).then((id) => ids.push(id));
        going.push(started);
        return pause(1500);
      },
      queue: async () => void ids.push(await desk.enqueueByRequest(random.below(2), name)),
      stop: () => desk.request(random.below(2), "POST", `/dag-runs/${name}/${newest()}/stop`),
      "stop all": () => desk.command("stop", name),
      retry: () => desk.retryByRequest(random.below(2), name, newest()),
      "retry by command": () => desk.retry(name, newest()),
      dequeue: () => desk.dequeue(random.below(2), name, newest()),
      edit: () => desk.request(0, "PUT", `/dags/${name}/spec`, { spec: `# ${random.next()}\n${tale}` }),
      rename: async () => {
        const next = `${name}x`;
        if (await desk.request(0, "POST", `/dags/${name}/rename`, { newFileName: next })) name = next;
      },
      look: () => desk.command("status", `--run-id=${newest()}`, name),
      why: () => desk.command("why", name, newest()),
      read: () => desk.command("logs", `--run-id=${newest()}`, name),
    };
    for (let count = 6; count > 0 && !signal.aborted; count--) {
      await acts[ids.length === 0 ? "start" : random.pick(Object.keys(acts))]!();
      await pause(1000 + random.below(4000));
    }
    await Promise.all(going);
    await desk.request(random.below(2), "DELETE", `/dags/${name}`);
    if (random.chance(0.5)) await desk.cleanUp(name, ids);
  }
}

/** A page that is open in a browser: it lists, opens runs, and listens. */
export async function looks(desk: Desk, random: Random, everyMs: number, signal: AbortSignal): Promise<void> {
  await pace(random, everyMs, signal, async () => {
    const list = await desk.request(0, "GET", "/dag-runs?limit=50");
    const run = random.pick<{ name: string; dagRunId: string } | undefined>(list?.dagRuns ?? [undefined]);
    const paths = ["/dags", "/queues", "/workers", "/services/scheduler", "/metrics", "/schedule/history"];
    if (run) {
      const at = `/dag-runs/${run.name}/${run.dagRunId}`;
      paths.push(at, `${at}/log`, `${at}/sub-dag-runs`, `${at}/logs`);
    }
    await desk.request(0, "GET", random.pick(paths));
  });
}

/** Listens to changes at the elder server; begins anew now and then, as pages do. @returns how many came */
export async function listens(api: string, random: Random, signal: AbortSignal): Promise<number> {
  let events = 0;
  while (!signal.aborted) {
    const ending = new AbortController();
    const end = () => ending.abort();
    const timer = setTimeout(end, 5000 + random.below(60_000));
    signal.addEventListener("abort", end);
    try {
      const response = await fetch(`${api}/events?topics=runs,dags,queues,workers`, {
        signal: ending.signal,
      });
      const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
      // Of a stream that goes on for long the signal of its request may be lost.
      ending.signal.addEventListener("abort", () => void reader.cancel().catch(() => {}));
      if (ending.signal.aborted) await reader.cancel();
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        events += part.value.split("\nevent: ").length - 1;
      }
    } catch {
      // It was ended, by this or by the server.
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
    }
    if (!signal.aborted) await pause(500);
  }
  return events;
}
