/** Figures in the text form of Prometheus. Names and meanings are those of Dagu. */
import { RunStatus, runStatusName } from "../../../core/status.ts";
import { VERSION } from "../../../core/version.ts";
import type { RunCount } from "../../../ports/read_model.ts";
import { memoryUse } from "../../../platform/resources.ts";
import type { ServerContext } from "../context.ts";
import { registeredServices } from "../registry.ts";
import { runTimesText } from "./run_times.ts";

interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

export async function prometheusText(context: ServerContext): Promise<string> {
  const { model, clock } = context;
  const dags = await model.dags();
  const today = new Date(clock.now()).setHours(0, 0, 0, 0);
  const ofToday = await model.counts({ from: today });
  const active = await model.counts({ statuses: [RunStatus.Running, RunStatus.Queued] });
  const having = (status: RunStatus) => active.filter((count) => count.status === status);
  const running = having(RunStatus.Running);
  const queued = having(RunStatus.Queued);
  const leading = registeredServices(context, "scheduler").some((one) => one.status === "active");
  const { rss, heap } = memoryUse();
  return [
    metric("info", "gauge", "Version of the program", [{ labels: { version: VERSION }, value: 1 }]),
    metric("uptime_seconds", "gauge", "Seconds since the server began", [{
      value: (clock.now() - context.startedAt) / 1000,
    }]),
    metric("scheduler_running", "gauge", "Whether a scheduler leads", [{ value: leading ? 1 : 0 }]),
    metric("dags_total", "gauge", "Definitions", [{ value: dags.length }]),
    metric("dags_broken", "gauge", "Definitions that cannot be used", [{
      value: dags.filter((dag) => dag.issues.length > 0).length,
    }]),
    metric("dag_runs_currently_running", "gauge", "Runs that go on", [{ value: sum(running) }]),
    metric("dag_runs_currently_running_by_dag", "gauge", "Runs that go on, by DAG", byDag(running)),
    metric("dag_runs_queued_total", "gauge", "Runs that wait in a queue", [{ value: sum(queued) }]),
    metric("dag_runs_queued_by_dag", "gauge", "Runs that wait in a queue, by DAG", byDag(queued)),
    metric("dag_runs_total", "counter", "Runs of today by status", byStatus(ofToday)),
    metric(
      "dag_runs_total_by_dag",
      "counter",
      "Runs of today by DAG and status",
      ofToday.map(({ name, status, count }) => ({
        labels: { dag: name, status: runStatusName(status) },
        value: count,
      })),
    ),
    await runTimesText(model, today),
    plain("process_resident_memory_bytes", "gauge", "Memory of the server", rss),
    plain("process_heap_bytes", "gauge", "Memory of the server that its objects take", heap),
  ].join("");
}

function metric(name: string, type: "gauge" | "counter", help: string, samples: readonly Sample[]): string {
  return text(`dagu_${name}`, type, help, samples);
}

function plain(name: string, type: "gauge", help: string, value: number): string {
  return text(name, type, help, [{ value }]);
}

function text(name: string, type: string, help: string, samples: readonly Sample[]): string {
  const lines = samples.map(({ labels = {}, value }) => {
    const pairs = Object.entries(labels).map(([key, label]) => `${key}="${escape(label)}"`);
    return `${name}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} ${value}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

function escape(label: string): string {
  return label.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

function sum(counts: readonly RunCount[]): number {
  return counts.reduce((total, { count }) => total + count, 0);
}

function byDag(counts: readonly RunCount[]): Sample[] {
  return counts.map(({ name, count }) => ({ labels: { dag: name }, value: count }));
}

function byStatus(counts: readonly RunCount[]): Sample[] {
  const totals = new Map<RunStatus, number>();
  for (const { status, count } of counts) totals.set(status, (totals.get(status) ?? 0) + count);
  return [...totals].map(([status, value]) => ({ labels: { status: runStatusName(status) }, value }));
}
