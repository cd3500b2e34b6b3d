/** The agent's socket: whoever knows the run may ask for its state, follow it, or stop it. */
import { DaguError } from "../core/errors.ts";
import type { RunEvent, RunRecord } from "../core/run.ts";
import { requestSocket, serveSocket, type SocketServer } from "../platform/socket/socket.ts";
import type { Agent } from "./agent.ts";
import type { SubRunChange } from "./sub_runs/sub_run_news.ts";

/** One line of JSON to the agent. */
export type ControlRequest =
  | { readonly op: "status" }
  | { readonly op: "stop"; readonly dagRunId: string }
  | { readonly op: "watch" };

/** Lines of its answer: one for `status` and `stop`, one for each change until the run ends for `watch`. */
export type ControlReply =
  | { readonly record: RunRecord }
  | { readonly stopping: true }
  | { readonly event: RunEvent; readonly seq: number }
  | { readonly sub: SubRunChange };

/** Serves an agent until the returned server is closed. */
export async function serveControl(path: string, agent: Agent): Promise<SocketServer> {
  return await serveSocket(path, async (request, reply, gone) => {
    const { op, dagRunId } = request as { op?: unknown; dagRunId?: unknown };
    const { journal } = agent;
    switch (op) {
      case "status":
        return await reply({ record: journal.record } satisfies ControlReply);
      case "stop":
        if (dagRunId !== journal.record.dagRunId) {
          throw new DaguError(
            `Cannot stop "${String(dagRunId)}": this agent runs "${journal.record.dagRunId}"`,
          );
        }
        agent.stop();
        return await reply({ stopping: true } satisfies ControlReply);
      case "watch": {
        await reply({ record: journal.record } satisfies ControlReply);
        const end = journal.listen((event, record) => {
          // A watcher that went away is noticed by `gone`.
          reply({ event, seq: record.seq } satisfies ControlReply).catch(() => {});
        });
        const endNews = agent.news.listen((sub) => {
          reply({ sub } satisfies ControlReply).catch(() => {});
        });
        await new Promise<void>((resolve) => gone.addEventListener("abort", () => resolve(), { once: true }));
        end();
        endNews();
        return;
      }
      default:
        throw new DaguError(`Cannot answer the request "${String(op)}": known are status, stop and watch`);
    }
  });
}

/**
 * Asks the agent behind a socket to stop its run.
 * @throws DaguError when nobody listens there.
 */
export async function requestStop(path: string, dagRunId: string): Promise<void> {
  await requestSocket(path, { op: "stop", dagRunId } satisfies ControlRequest);
}

/**
 * Follows the run of the agent behind a socket: its record first, then each change, and those of the runs below it.
 * Resolves when the agent has ended
 * or the signal is aborted.
 * @throws DaguError when nobody listens there.
 */
export async function watchRun(
  path: string,
  onReply: (reply: ControlReply) => void,
  signal: AbortSignal,
): Promise<void> {
  const request = { op: "watch" } satisfies ControlRequest;
  await requestSocket(path, request, (line) => onReply(line as ControlReply), { timeoutMs: 0, signal });
}
