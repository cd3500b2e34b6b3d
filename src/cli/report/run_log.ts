/** Log records about a run, written as it goes. */
import type { Node, RunEvent, RunRecord } from "../../core/run.ts";
import { isFinishedNode, NodeStatus, nodeStatusName, RunStatus, runStatusName } from "../../core/status.ts";
import type { RunObserver } from "../../app/app.ts";
import type { Console } from "../command.ts";
import { errorText, formatTime } from "../text/format.ts";
import { type Fields, type Level, logRecord } from "../text/log.ts";

export interface RunLog extends RunObserver {
  onEnd(record: RunRecord): void;
}

export function runLog(console: Console, format: "text" | "json"): RunLog {
  let run: Fields = {};
  const log = (level: Level, msg: string, fields: Fields) =>
    console.err(logRecord(format, console.now(), level, msg, { ...run, ...fields }));

  const onNode = (node: Node, event: Extract<RunEvent, { kind: "node" }>) => {
    const { patch } = event;
    const step = { step: node.step.name };
    if (patch.status === NodeStatus.Running) log("INFO", "Step started", step);
    else if (patch.retryCount !== undefined && patch.retryCount > 0) {
      log("WARN", "Step is tried again", { ...step, retry: patch.retryCount });
    }
    for (const child of patch.children?.slice(-1) ?? []) {
      log("INFO", "Sub-DAG run started", { ...step, "sub-run-id": child.dagRunId, params: child.params });
    }
    if (patch.status === undefined || !isFinishedNode(patch.status)) return;
    const fields = { ...step, status: nodeStatusName(patch.status) };
    if (patch.status !== NodeStatus.Failed) log("INFO", "Step finished", fields);
    else {log("ERROR", "Step finished", {
        ...fields,
        "exit-code": node.state.exitCode,
        err: errorText(node.state.error),
      });}
  };

  return {
    onStart(record) {
      run = { dag: record.name, "run-id": record.dagRunId };
      log("INFO", "DAG run started", { "attempt-id": record.attemptId, params: record.paramsList });
    },
    onEvent(event, record) {
      if (event.kind !== "node") return;
      const node = typeof event.node === "number" ? record.nodes[event.node] : record.handlers[event.node];
      if (node) onNode(node, event);
    },
    onEnd(record) {
      log(record.status === RunStatus.Failed ? "ERROR" : "INFO", "DAG run finished", {
        status: runStatusName(record.status),
        "started-at": formatTime(record.startedAt),
        "finished-at": formatTime(record.finishedAt),
      });
    },
  };
}
