/** Everything that the steps of a run wrote, as one text. */
import type { Node } from "../../../core/run.ts";
import { nodeStatusName } from "../../../core/status.ts";
import type { ServerContext } from "../context.ts";
import { findRun } from "../find/find_run.ts";
import { route } from "../http/route.ts";
import { logsOf } from "../logs/logs_of.ts";
import type { LogReader } from "../logs/log_reader.ts";
import { dagNameShape, runIdShape } from "../shape/names.ts";

export function allLogsRoutes(context: ServerContext) {
  return [
    route({
      method: "get",
      at: "/dag-runs/{name}/{dagRunId}/logs",
      about: "What all steps of a run wrote, one after the other, to be kept",
      role: "viewer",
      path: { name: dagNameShape, dagRunId: runIdShape },
      answers: { 200: "text/plain" },
      handle: async ({ path }) => {
        const run = await findRun(context, path.name, path.dagRunId);
        const { record } = run;
        const nodes = [...record.nodes, ...Object.values(record.handlers)];
        const fileName = `${record.name}-${record.dagRunId}.log`.replace(/[^A-Za-z0-9_.-]/g, "_");
        return {
          type: "text/plain; charset=utf-8",
          body: ReadableStream.from(texts(await logsOf(context, run), nodes)).pipeThrough(
            new TextEncoderStream(),
          ),
          headers: { "content-disposition": `attachment; filename="${fileName}"` },
        };
      },
    }),
  ];
}

/** Each log that is not empty, below a line that says whose it is. */
async function* texts(logs: LogReader, nodes: readonly Node[]): AsyncGenerator<string> {
  for (const { step, state } of nodes) {
    const files = [["stdout", state.stdout], ["stderr", state.stderr === state.stdout ? "" : state.stderr]];
    for (const [stream, path] of files) {
      const body = path === "" ? null : await logs.stream(path).catch(() => null);
      if (!body) continue;
      let title = `==> ${step.name} ${stream} (${nodeStatusName(state.status)})\n`;
      const decoder = new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>;
      for await (const text of body.pipeThrough(decoder)) {
        yield title + text;
        title = "";
      }
      if (title === "") yield "\n";
    }
  }
}
