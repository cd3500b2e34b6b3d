/**
 * Decides which parts of the program stand together in the bundle. The sources load each part when it is first
 * needed; as a file of its own each part would cost more than it saves. So the bundle has few: what every `start`
 * needs, in one flat file that is parsed once; the executors; what the other commands about runs need, which somebody
 * waits for; what an agent needs, of which there are many; the server; what talks to other machines; the rest; and
 * what hardly any run needs.
 */

/** Groups of modules, each a file of its own; of what belongs to none the executors are one, all else is the rest. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  start: [
    "src/cli/start.ts",
    "src/config/load.ts",
    "src/app/app.ts",
    "src/app/start_run.ts",
    "src/executors/shell/executor.ts",
    "src/stores/file/retention.ts",
    // Small, and as much on somebody's way as a start.
    "src/cli/enqueue.ts",
    "src/app/enqueue_run.ts",
    "src/stores/file/queue_store.ts",
    "src/stores/file/queued_runs.ts",
  ],
  yaml: ["src/spec/load.ts", "src/config/yaml_file.ts"],
  conditions: ["src/agent/conditions.ts", "src/core/condition.ts"],
  secrets: ["src/core/mask.ts"],
  modules: ["src/stores/file/module_texts.ts"],
  commands: [
    "src/cli/approve.ts",
    "src/cli/cleanup.ts",
    "src/cli/dequeue.ts",
    "src/cli/dry.ts",
    "src/cli/history.ts",
    "src/cli/log.ts",
    "src/cli/logs.ts",
    "src/cli/queue.ts",
    "src/cli/reject.ts",
    "src/cli/restart.ts",
    "src/cli/retry.ts",
    "src/cli/run_json.ts",
    "src/cli/show_tree.ts",
    "src/cli/status.ts",
    "src/cli/stop.ts",
    "src/cli/validate.ts",
    "src/cli/why.ts",
    "src/app/check_definition.ts",
    "src/app/decide_run.ts",
    "src/app/dequeue_run.ts",
    "src/app/dry_run.ts",
    "src/app/history.ts",
    "src/app/logs.ts",
    "src/app/read_definition.ts",
    "src/app/restart_run.ts",
    "src/app/retry_run.ts",
    "src/app/run_text.ts",
    "src/app/stop_run.ts",
    "src/app/sub_runs_of.ts",
    "src/app/validate_dag.ts",
    "src/app/waiting_runs.ts",
    "src/app/why_run.ts",
    "src/platform/path.ts",
    "src/stores/file/amend.ts",
    "src/stores/file/close_dead.ts",
    "src/stores/file/dag_folder.ts",
    "src/stores/file/occupants.ts",
    "src/stores/file/reopen_attempt.ts",
    "src/stores/file/signs_of_life.ts",
  ],
  agent: [
    "src/cli/agent_exec.ts",
    "src/cli/step_exec.ts",
    "src/app/agent_exec.ts",
    "src/app/step_job.ts",
    "src/agent/dispatched_run.ts",
    "src/agent/launch.ts",
    "src/agent/permission_paths.ts",
    "src/agent/reports.ts",
    "src/eval/dotenv.ts",
    "src/eval/words.ts",
    "src/platform/commands.ts",
  ],
  server: ["src/cli/server.ts", "src/app/serve.ts"],
  // With modules of Node for HTTP/2 and TLS, which cost everybody who loads them 25 ms.
  machines: [
    "src/app/coordinator_client.ts",
    "src/app/open_dispatcher.ts",
    "src/app/run_coordinator.ts",
    "src/app/run_worker.ts",
    "src/transport/grpc/workers.ts",
  ],
  light: ["src/cli/version.ts", "src/cli/help.ts", "src/cli/help_text.ts", "src/cli/unknown_command.ts"],
};

/** Modules that bring a large library, or are for terminals only: files of their own. */
const ALONE: readonly string[] = ["./param_schema.ts", "./progress.ts"];

const DYNAMIC = /\bimport\("([^"]+)"\)/g;

/** Where a module stands, seen from the project's folder. */
function resolve(from: string, specifier: string): string {
  return new URL(specifier, `file:///${from}`).pathname.slice(1);
}

/** Collects the modules of each group and rewrites the sources accordingly. */
export class Chunks {
  readonly #groups = new Map<string, Set<string>>();

  /** The text of a source file with its dynamic imports as the bundle has them. @param path from the project's folder */
  rewrite(path: string, text: string): string {
    return text.replace(DYNAMIC, (whole, specifier: string) => {
      if (!specifier.startsWith(".") || ALONE.includes(specifier)) return whole;
      const module = resolve(path, specifier);
      const group = Object.keys(GROUPS).find((name) => GROUPS[name]!.includes(module)) ??
        (module.startsWith("src/executors/") ? "executors" : "rest");
      this.#groups.set(group, (this.#groups.get(group) ?? new Set()).add(module));
      const up = "../".repeat(path.split("/").length - 1) || "./";
      return `import("${up}${group}.ts").then(($group) => $group.${exportName(module)})`;
    });
  }

  /** Further modules to stand beside the entry: name of the file and text. */
  modules(): [string, string][] {
    return [...this.#groups].map(([group, modules]) => [
      `${group}.ts`,
      [...modules].sort().map((module) => `export * as ${exportName(module)} from "./${module}";\n`).join(""),
    ]);
  }
}

function exportName(module: string): string {
  return module.replace(/\W/g, "_");
}
