/// <reference lib="dom" />
/**
 * Measures the web page in a headless Chromium against a real server: each figure beside its target. Needs a
 * Chromium and some 3 GB in `--dir` (`/dev/shm` by default).
 *
 *     deno run -A bench/page.ts [--dir FOLDER] [--log-mb N] [--runs N] [NAME ...]
 */
import type { CDPSession, Page } from "playwright-core";
import { finish, newAttempt } from "../tests/fakes/attempts.ts";
import { makeDag, makeStep } from "../tests/fakes/dags.ts";
import { NodeStatus } from "../src/core/status.ts";
import { bundleWeb } from "../src/platform/bundle/web_files.ts";
import { WebSite } from "../tests/support/web_site.ts";

interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly target: number;
}

type Measure = (site: WebSite) => Promise<Figure[]>;

const option = (name: string, preset: string) => {
  const at = Deno.args.indexOf(`--${name}`);
  return at < 0 ? preset : Deno.args[at + 1]!;
};
const LOG_MB = Number(option("log-mb", "1024"));
const RUNS = Number(option("runs", "10000"));
const FOLDER = option("dir", "/dev/shm");
const STEPS = 1000;

const DAGS = {
  quiet: "schedule: 0 2 * * *\nsteps:\n  - name: a\n    command: echo a\n",
  ticks: "type: chain\nsteps:\n" +
    Array.from({ length: 30 }, (_, i) => `  - name: t${i}\n    command: sleep 0.15\n`).join(""),
  flood: "steps:\n  - name: flood\n    command: |\n" +
    '      for s in $(seq 1 100); do for i in $(seq 1 100); do echo "line $s $i of a flood of lines"; done; sleep 0.1; done\n',
};

const MEASURES: Readonly<Record<string, Measure>> = {
  size: sizes,
  runs: runsList,
  change: changes,
  idle: idle,
  steps: thousandSteps,
  log: largeLog,
  follow: flood,
};

async function sizes(): Promise<Figure[]> {
  const folder = await bundleWeb();
  const files = [...Deno.readDirSync(folder)].map(({ name }) => ({
    name,
    size: Deno.statSync(`${folder}/${name}`).size,
  }));
  const sum = (ending: string) =>
    files.filter(({ name }) => name.endsWith(ending)).reduce((all, { size }) => all + size, 0);
  return [
    { what: "all JS, gzip", value: sum(".js") / 1024, unit: "KB", target: 220 },
    { what: "CSS, gzip", value: sum(".css") / 1024, unit: "KB", target: 12 },
  ];
}

async function runsList(site: WebSite): Promise<Figure[]> {
  const dag = makeDag([makeStep("a"), makeStep("b")], { name: "many" });
  for (let i = 0; i < RUNS; i++) {
    const attempt = await site.home.store.createAttempt(
      newAttempt(`run-${String(i).padStart(6, "0")}`, { dag, createdAt: Date.now() - i * 60_000 }),
    );
    await finish(attempt);
  }
  await until(async () => (await api(site, `/dag-runs?fromDate=0&total=true&limit=1`)).total >= RUNS);
  const times: number[] = [];
  let bytes = 0;
  let heap = 0;
  let filter = 0;
  for (let i = 0; i < 5; i++) {
    const page = await site.visit("/workflows");
    await page.goto("about:blank");
    const begun = performance.now();
    await page.goto(`${site.address}/runs?q=since:30d`);
    await page.getByText("many").first().waitFor();
    times.push(performance.now() - begun);
    if (i === 4) {
      bytes = await page.evaluate(() =>
        performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".js"))
          .reduce((sum, one) => sum + (one as PerformanceResourceTiming).encodedBodySize, 0)
      );
      heap = await heapOf(page);
      const field = page.locator("main input").first();
      const from = performance.now();
      await field.fill("name:nothing");
      await page.getByText("many", { exact: true }).first().waitFor({ state: "detached" });
      filter = performance.now() - from;
    }
    await page.context().close();
  }
  return [
    { what: "JS of the runs list, gzip", value: bytes / 1024, unit: "KB", target: 60 },
    { what: `runs list of ${RUNS}, usable`, value: median(times), unit: "ms", target: 600 },
    { what: "  its filter", value: filter, unit: "ms", target: 100 },
    { what: "  its heap", value: heap, unit: "MB", target: 30 },
  ];
}

async function changes(site: WebSite): Promise<Figure[]> {
  const page = await site.visit("/workflows");
  const running = site.home.run(["start", "--quiet", "--run-id", "ticks", "ticks"]);
  await page.goto(`${site.address}/r/ticks/ticks`);
  await page.evaluate(() => {
    const seen: Record<string, number> = {};
    Object.assign(globalThis, { seen });
    const look = () => {
      for (const row of document.querySelectorAll(".step-name")) {
        const text = row.textContent ?? "";
        if (text.startsWith("Succeeded")) seen[text.slice("Succeeded".length)] ??= Date.now();
      }
    };
    new MutationObserver(look).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
    });
  });
  await running;
  await page.getByRole("heading", { name: "Succeeded" }).waitFor();
  const seen = await page.evaluate(() => (globalThis as unknown as { seen: Record<string, number> }).seen);
  const { dagRunDetails } = await api(site, "/dag-runs/ticks/ticks");
  const delays: number[] = dagRunDetails.nodes.flatMap(
    (node: { step: { name: string }; finishedAt: string }) =>
      seen[node.step.name] === undefined ? [] : [seen[node.step.name]! - Date.parse(node.finishedAt)],
  ).slice(5);
  await page.context().close();
  return [{
    what: `state change on the screen, p95 of ${delays.length}`,
    value: p95(delays),
    unit: "ms",
    target: 300,
  }];
}

const IDLE_PAGES = [
  "/",
  "/workflows",
  "/runs",
  "/queues",
  "/system",
  "/w/quiet",
  "/w/quiet/definition",
  "/w/quiet/settings",
  "/r/quiet/quiet",
  "/r/quiet/quiet/log?step=a",
];

/** With all services, for those that work at their own pace also speak of it. */
async function idle(): Promise<Figure[]> {
  await using site = await WebSite.open({ command: "start-all", dags: DAGS, dir: FOLDER });
  await site.home.run(["start", "--quiet", "--run-id", "quiet", "quiet"]);
  return await Promise.all(IDLE_PAGES.map(async (path) => ({
    what: `idle traffic of ${path}`,
    value: await idleBytes(site, path) / 1000,
    unit: "KB/min",
    target: 1,
  })));
}

async function idleBytes(site: WebSite, path: string): Promise<number> {
  const page = await site.visit(path);
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  // The stream of changes counts only when it begins under the eyes of the session.
  await page.reload();
  await page.locator("main h1").waitFor();
  await page.waitForTimeout(5000);
  let bytes = 0;
  session.on("Network.dataReceived", ({ encodedDataLength }) => bytes += encodedDataLength);
  await page.waitForTimeout(60_000);
  await page.context().close();
  return bytes;
}

async function thousandSteps(site: WebSite): Promise<Figure[]> {
  const steps = Array.from(
    { length: STEPS },
    (_, i) =>
      makeStep(`step-${i}`, {
        depends: [...new Set([1, 7 + i % 23])].flatMap((back) => i >= back ? [`step-${i - back}`] : []),
      }),
  );
  const attempt = await site.home.store.createAttempt(
    newAttempt("big", { dag: makeDag(steps, { name: "big" }) }),
  );
  steps.forEach((_, node) =>
    attempt.append({
      kind: "node",
      node,
      patch: { status: NodeStatus.Succeeded, startedAt: Date.now(), finishedAt: Date.now() + 5 },
    })
  );
  await finish(attempt);
  const page = await site.visit("/workflows");
  const begun = performance.now();
  await page.goto(`${site.address}/r/big/big`);
  await page.getByText("step-3", { exact: true }).first().waitFor();
  const usable = performance.now() - begun;
  const graphBegun = performance.now();
  await page.getByRole("button", { name: "Graph" }).click();
  await page.locator(".graph-node").first().waitFor();
  const graph = performance.now() - graphBegun;
  const elements = await page.evaluate(() => document.querySelectorAll("*").length);
  const heap = await heapOf(page);
  const frames = await dragFrames(page);
  await page.context().close();
  return [
    { what: `run of ${STEPS} steps, usable`, value: usable, unit: "ms", target: 1000 },
    { what: "  its elements, with the graph", value: elements, unit: "", target: 8000 },
    { what: "  its heap, with the graph", value: heap, unit: "MB", target: 60 },
    { what: "  graph, from click to picture", value: graph, unit: "ms", target: 1000 },
    { what: "  graph, frame p95 while dragged", value: p95(frames), unit: "ms", target: 120 },
  ];
}

async function dragFrames(page: Page): Promise<number[]> {
  await page.evaluate(() => {
    const frames: number[] = [];
    Object.assign(globalThis, { frames });
    let last = performance.now();
    const tick = (now: number) => {
      frames.push(now - last);
      last = now;
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
  const box = (await page.locator(".graph-area").boundingBox())!;
  await page.mouse.move(box.x + 300, box.y + 300);
  await page.mouse.down();
  for (let i = 0; i < 60; i++) await page.mouse.move(box.x + 300 - i * 4, box.y + 300 - i);
  await page.mouse.up();
  return (await page.evaluate(() => (globalThis as unknown as { frames: number[] }).frames)).slice(2);
}

async function largeLog(site: WebSite): Promise<Figure[]> {
  const attempt = await site.home.store.createAttempt(
    newAttempt("large", { dag: makeDag([makeStep("a"), makeStep("b")], { name: "large" }) }),
  );
  const files = await attempt.stepFiles("a", false);
  writeLog(files.stdout, LOG_MB * 1024 * 1024);
  const patch = { ...files, status: NodeStatus.Succeeded, startedAt: Date.now(), finishedAt: Date.now() };
  attempt.append({ kind: "node", node: 0, patch });
  await finish(attempt);
  const page = await site.visit("/workflows");
  const begun = performance.now();
  await page.goto(`${site.address}/r/large/large/log?step=a`);
  await page.locator(".log-text").first().waitFor();
  const first = performance.now() - begun;
  await page.waitForFunction(() => /^\d/.test(document.querySelector(".log-size")?.textContent ?? ""), null, {
    timeout: 60_000,
  });
  const area = page.locator(".log-body");
  const jumps: number[] = [];
  for (let i = 1; i <= 20; i++) {
    const from = performance.now();
    await area.evaluate(
      (element, part) => element.scrollTop = element.scrollHeight * part,
      (i * 37 % 100) / 100,
    );
    await page.waitForFunction(() => {
      const rows = [...document.querySelectorAll(".log-line")];
      return rows.length > 10 && rows.every((row) => row.querySelector(".log-text"));
    });
    jumps.push(performance.now() - from);
  }
  const heap = await heapOf(page);
  await page.context().close();
  return [
    { what: `log of ${LOG_MB} MB, first lines`, value: first, unit: "ms", target: 700 },
    { what: "  jump p95", value: p95(jumps), unit: "ms", target: 100 },
    { what: "  its heap", value: heap, unit: "MB", target: 30 },
  ];
}

function writeLog(path: string, size: number): void {
  const lines = Array.from(
    { length: 10_000 },
    (_, i) => `2026-01-31T12:00:00Z \x1b[32mINFO\x1b[0m worker-${i % 16} handled item ${i} of the batch\n`,
  );
  const block = new TextEncoder().encode(lines.join(""));
  using file = Deno.openSync(path, { write: true, create: true, truncate: true });
  for (let written = 0; written < size; written += block.length) file.writeSync(block);
}

async function flood(site: WebSite): Promise<Figure[]> {
  const page = await site.visit("/workflows");
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const running = site.home.run(["start", "--quiet", "--run-id", "flood", "flood"]);
  await page.goto(`${site.address}/r/flood/flood?step=flood&stream=stdout`);
  await page.locator(".log-text").first().waitFor();
  const [from, begun] = [await busy(session), performance.now()];
  await running;
  const share = (await busy(session) - from) / (performance.now() - begun) * 100_000;
  await page.getByText("10,000 lines").waitFor();
  const last = await page.locator(".log-line").last().innerText();
  await page.context().close();
  return [
    { what: "follow 1,000 lines/s, share of a core", value: share, unit: "%", target: 30 },
    { what: "  last line is not seen", value: /line 100 100/.test(last) ? 0 : 1, unit: "", target: 0 },
  ];
}

async function busy(session: CDPSession): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "TaskDuration")!.value;
}

async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  return (await session.send("Runtime.getHeapUsage")).usedSize / 1e6;
}

// deno-lint-ignore no-explicit-any
async function api(site: WebSite, path: string): Promise<any> {
  return await (await fetch(`${site.address}/api/v2${path}`)).json();
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!await holds()) await new Promise((resolve) => setTimeout(resolve, 200));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

function p95(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? NaN;
}

if (import.meta.main) {
  const words = Deno.args.filter((one, i) => !one.startsWith("--") && !Deno.args[i - 1]?.startsWith("--"));
  const wanted = Object.entries(MEASURES).filter(([name]) => words.length === 0 || words.includes(name));
  await using site = await WebSite.open({ dags: DAGS, dir: FOLDER });
  let missed = 0;
  for (const [, measure] of wanted) {
    for (const { what, value, unit, target } of await measure(site)) {
      const met = value <= target;
      if (!met) missed++;
      const shown = `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`.trim();
      console.log(
        `${met ? "ok    " : "MISSED"} ${what.padEnd(44)} ${shown.padStart(10)}   target ${target} ${unit}`,
      );
    }
  }
  Deno.exitCode = missed === 0 ? 0 : 1;
}
