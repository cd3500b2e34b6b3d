/** The subcommands. A new one is one file and one row. */
import type { CommandRow } from "./command.ts";

export const COMMANDS: readonly CommandRow[] = [
  { name: "init", summary: "Make a home with a first DAG", load: () => import("./commands/init.ts") },
  {
    name: "import",
    summary: "Take over jobs of cron or systemd, or the home of a Dagu",
    load: () => import("./commands/import.ts"),
  },
  { name: "start", summary: "Run a DAG", load: () => import("./commands/start.ts") },
  { name: "enqueue", summary: "Put a run into a queue", load: () => import("./commands/enqueue.ts") },
  {
    name: "backfill",
    summary: "Queue runs for times of the past",
    load: () => import("./commands/backfill.ts"),
  },
  { name: "dequeue", summary: "Take a run out of a queue", load: () => import("./commands/dequeue.ts") },
  { name: "queue", summary: "List or empty queues", load: () => import("./commands/queue.ts") },
  {
    name: "dry",
    summary: "Simulate a run without executing its steps",
    load: () => import("./commands/dry.ts"),
  },
  { name: "exec", summary: "Run one command as a DAG", load: () => import("./commands/exec.ts") },
  {
    name: "validate",
    summary: "Check a DAG without running it",
    load: () => import("./commands/validate.ts"),
  },
  {
    name: "lint",
    summary: "Find what is allowed in DAGs but will hurt",
    load: () => import("./commands/lint.ts"),
  },
  { name: "test", summary: "Play the tests of DAGs", load: () => import("./commands/test.ts") },
  {
    name: "export",
    summary: "Print a DAG in YAML as TypeScript, or the other way",
    load: () => import("./commands/export.ts"),
  },
  { name: "status", summary: "Show the newest or a given run", load: () => import("./commands/status.ts") },
  { name: "why", summary: "Say why a run waits or ended", load: () => import("./commands/why.ts") },
  { name: "logs", summary: "Print what the steps of a run wrote", load: () => import("./commands/logs.ts") },
  { name: "history", summary: "List runs", load: () => import("./commands/history.ts") },
  {
    name: "schedule",
    summary: "Show what schedules will do next, or what became of each fire",
    load: () => import("./commands/schedule.ts"),
  },
  { name: "stop", summary: "Stop a running DAG-run", load: () => import("./commands/stop.ts") },
  { name: "retry", summary: "Run again what failed in a run", load: () => import("./commands/retry.ts") },
  { name: "restart", summary: "Stop a run and start it anew", load: () => import("./commands/restart.ts") },
  { name: "approve", summary: "Approve a step that waits", load: () => import("./commands/approve.ts") },
  { name: "reject", summary: "Reject a step that waits", load: () => import("./commands/reject.ts") },
  { name: "cleanup", summary: "Remove old history of a DAG", load: () => import("./commands/cleanup.ts") },
  { name: "server", summary: "Serve the API", load: () => import("./commands/server.ts") },
  {
    name: "start-all",
    summary: "Server and scheduler in one process",
    load: () => import("./commands/start_all.ts"),
  },
  {
    name: "reset-password",
    summary: "Give an account of the server another password",
    load: () => import("./commands/reset_password.ts"),
  },
  {
    name: "schema",
    summary: "Print the JSON Schema of DAG files or of config.yaml",
    load: () => import("./commands/schema.ts"),
  },
  {
    name: "scheduler",
    summary: "Start what is due, and what waits in queues",
    load: () => import("./commands/scheduler.ts"),
  },
  { name: "worker", summary: "Carry out tasks of a coordinator", load: () => import("./commands/worker.ts") },
  {
    name: "cert",
    summary: "Make certificates for coordinator and workers",
    load: () => import("./commands/cert.ts"),
  },
  { name: "coordinator", summary: "Hand runs to workers", load: () => import("./commands/coordinator.ts") },
  {
    name: "agent-exec",
    summary: "Take runs from a scheduler",
    hidden: true,
    load: () => import("./commands/agent_exec.ts"),
  },
  {
    name: "doctor",
    summary: "Say what is wrong with the home or the machine, and what to do",
    load: () => import("./commands/doctor.ts"),
  },
  {
    name: "health",
    summary: "Say whether a service of this machine answers",
    load: () => import("./commands/health.ts"),
  },
  {
    name: "upgrade",
    summary: "Say whether this program can use the data, or bring it to its format",
    load: () => import("./commands/upgrade.ts"),
  },
  {
    name: "completion",
    summary: "Print a completion script",
    load: () => import("./commands/completion.ts"),
  },
  { name: "version", summary: "Print the version", load: () => import("./commands/version.ts") },
  {
    name: "step-exec",
    summary: "Run the code of a TypeScript step",
    hidden: true,
    load: () => import("./commands/step_exec.ts"),
  },
  { name: "help", summary: "Help about any command", load: () => import("./commands/help.ts") },
];

export function findCommand(name: string): CommandRow | undefined {
  return COMMANDS.find((row) => row.name === name);
}
