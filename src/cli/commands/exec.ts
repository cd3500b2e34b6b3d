import { DaguError } from "../../core/errors.ts";
import { defineCommand } from "../command.ts";
import { checkedRunId, JSON_FLAG, NAME_FLAG, RUN_ID_FLAG } from "../flags/run_flags.ts";
import { reportRun } from "../report/run_reporter.ts";

export const command = defineCommand({
  usage: "-- <command> [arguments]",
  about:
    `Runs one command as a DAG with one step, so that it has a run with logs and history. The DAG is called
    exec-<command> unless --name is given.`,
  examples: [
    "dagu exec -- pg_dump shop",
    "dagu exec --name backup --env TARGET=/srv -- sh -c 'tar cf \"$TARGET/home.tar\" /home'",
  ],
  flags: [
    NAME_FLAG,
    { ...RUN_ID_FLAG, doc: "Id of the new run; made when not given" },
    { name: "workdir", kind: "text", value: "dir", doc: "Working folder; the current one when not given" },
    { name: "shell", kind: "text", value: "program", doc: "Shell that interprets the command" },
    { name: "base", kind: "text", value: "file", doc: "DAG file whose fields are taken first" },
    { name: "env", short: "E", kind: "list", value: "K=V", doc: "Variable of the command" },
    { name: "dotenv", kind: "list", value: "file", doc: "File with variables" },
    { name: "worker-label", kind: "list", value: "K=V", doc: "Label that the worker must have" },
    JSON_FLAG,
  ],
  args: { min: 0, max: 999, what: "a command after --" },
  rest: "command",
  completes: "",
  scopes: ["core"],
  async run(call) {
    const { flags } = call;
    const command = [...call.args, ...call.rest ?? []];
    if (command.length === 0) throw new DaguError("A command is required, as in: dagu exec -- echo hello");
    const runId = checkedRunId(flags["run-id"], false);
    const env = flags.env.map((pair) => keyValue("env", pair).join("="));
    const workerLabels = Object.fromEntries(
      flags["worker-label"].map((pair) => keyValue("worker-label", pair)),
    );
    return await reportRun(call, {
      json: flags.json,
      run: (app, observer) =>
        app.exec({
          command,
          name: flags.name,
          runId,
          workingDir: flags.workdir,
          shell: flags.shell,
          base: flags.base,
          env,
          dotenv: [...flags.dotenv],
          workerLabels,
          observer,
        }),
    });
  },
});

function keyValue(flag: string, pair: string): [string, string] {
  const equals = pair.indexOf("=");
  if (equals <= 0) throw new DaguError(`Invalid value "${pair}" of flag --${flag}: expected KEY=VALUE`);
  return [pair.slice(0, equals).trim(), pair.slice(equals + 1)];
}
