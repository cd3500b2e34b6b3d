/** The subcommands. A new one is one file and one row. */
import type { CommandRow } from "./command.ts";

export const COMMANDS: readonly CommandRow[] = [
  { name: "init", summary: "Make a home with a first DAG", load: () => import("./init.ts") },
  {
    name: "import",
    summary: "Take over jobs of cron or systemd, or the home of a Dagu",
    load: () => import("./import.ts"),
  },
  { name: "start", summary: "Run a DAG", load: () => import("./start.ts") },
  { name: "enqueue", summary: "Put a run into a queue", load: () => import("./enqueue.ts") },
  {
    name: "backfill",
    summary: "Queue runs for times of the past",
    load: () => import("./backfill.ts"),
  },
  { name: "dequeue", summary: "Take a run out of a queue", load: () => import("./dequeue.ts") },
  { name: "queue", summary: "List or empty queues", load: () => import("./queue.ts") },
  { name: "dry", summary: "Simulate a run without executing its steps", load: () => import("./dry.ts") },
  { name: "exec", summary: "Run one command as a DAG", load: () => import("./exec.ts") },
  { name: "validate", summary: "Check a DAG without running it", load: () => import("./validate.ts") },
  { name: "lint", summary: "Find what is allowed in DAGs but will hurt", load: () => import("./lint.ts") },
  { name: "test", summary: "Play the tests of DAGs", load: () => import("./test.ts") },
  {
    name: "export",
    summary: "Print a DAG in YAML as TypeScript, or the other way",
    load: () => import("./export.ts"),
  },
  { name: "status", summary: "Show the newest or a given run", load: () => import("./status.ts") },
  { name: "why", summary: "Say why a run waits or ended", load: () => import("./why.ts") },
  { name: "logs", summary: "Print what the steps of a run wrote", load: () => import("./logs.ts") },
  { name: "history", summary: "List runs", load: () => import("./history.ts") },
  {
    name: "schedule",
    summary: "Show what schedules will do next, or what became of each fire",
    load: () => import("./schedule.ts"),
  },
  { name: "stop", summary: "Stop a running DAG-run", load: () => import("./stop.ts") },
  { name: "retry", summary: "Run again what failed in a run", load: () => import("./retry.ts") },
  { name: "restart", summary: "Stop a run and start it anew", load: () => import("./restart.ts") },
  { name: "approve", summary: "Approve a step that waits", load: () => import("./approve.ts") },
  { name: "reject", summary: "Reject a step that waits", load: () => import("./reject.ts") },
  { name: "cleanup", summary: "Remove old history of a DAG", load: () => import("./cleanup.ts") },
  { name: "server", summary: "Serve the API", load: () => import("./server.ts") },
  { name: "start-all", summary: "Server and scheduler in one process", load: () => import("./start_all.ts") },
  {
    name: "reset-password",
    summary: "Give an account of the server another password",
    load: () => import("./reset_password.ts"),
  },
  {
    name: "schema",
    summary: "Print the JSON Schema of DAG files or of config.yaml",
    load: () => import("./schema.ts"),
  },
  {
    name: "scheduler",
    summary: "Start what is due, and what waits in queues",
    load: () => import("./scheduler.ts"),
  },
  { name: "worker", summary: "Carry out tasks of a coordinator", load: () => import("./worker.ts") },
  { name: "cert", summary: "Make certificates for coordinator and workers", load: () => import("./cert.ts") },
  { name: "coordinator", summary: "Hand runs to workers", load: () => import("./coordinator.ts") },
  {
    name: "agent-exec",
    summary: "Take runs from a scheduler",
    hidden: true,
    load: () => import("./agent_exec.ts"),
  },
  {
    name: "doctor",
    summary: "Say what is wrong with the home or the machine, and what to do",
    load: () => import("./doctor.ts"),
  },
  {
    name: "health",
    summary: "Say whether a service of this machine answers",
    load: () => import("./health.ts"),
  },
  {
    name: "upgrade",
    summary: "Say whether this program can use the data, or bring it to its format",
    load: () => import("./upgrade.ts"),
  },
  { name: "completion", summary: "Print a completion script", load: () => import("./completion.ts") },
  { name: "version", summary: "Print the version", load: () => import("./version.ts") },
  {
    name: "step-exec",
    summary: "Run the code of a TypeScript step",
    hidden: true,
    load: () => import("./step_exec.ts"),
  },
  { name: "help", summary: "Help about any command", load: () => import("./help.ts") },
];

export function findCommand(name: string): CommandRow | undefined {
  return COMMANDS.find((row) => row.name === name);
}
