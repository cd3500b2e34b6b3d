/**
 * The record of one attempt of a DAG-run, and the events that change it. The record is the fold of its events:
 * {@link applyEvent} is the only place where a record changes.
 */
import type { Dag, HandlerName, Step } from "./dag.ts";
import { HANDLER_NAMES } from "./dag.ts";
import type { PermissionSet, PermissionUse } from "./permissions.ts";
import type { Priority } from "./queue_order.ts";
import { NodeStatus, RunStatus } from "./status.ts";

/** Names one DAG-run. */
export interface RunRef {
  /** Name of the DAG. */
  readonly name: string;
  /** Id of the run, unique among those of the DAG. */
  readonly id: string;
}

/** A sub-DAG run that a node started. */
export interface ChildRun {
  /** Id of the run. */
  readonly dagRunId: string;
  /** Parameters as text, as they were given to it. */
  readonly params: string;
}

/** What became of a condition: "" when it was met. */
export interface ConditionResult {
  /** As it is written. */
  readonly condition: string;
  /** Text to compare with; "" for a command. */
  readonly expected: string;
  /** Whether it has to be not met. */
  readonly negate: boolean;
  /** "" when it was met. */
  readonly error: string;
}

/** State of one node. Times are Unix milliseconds, 0 when not reached. */
export interface NodeState {
  /** Where it stands. */
  readonly status: NodeStatus;
  /** When it began. */
  readonly startedAt: number;
  /** When it ended. */
  readonly finishedAt: number;
  /** Absolute paths; "" until the node starts. Equal when the output is merged. */
  readonly stdout: string;
  /** Path of the log of stderr. */
  readonly stderr: string;
  /** "" when it did not fail. */
  readonly error: string;
  /** Of the last execution; 0 before one ended. */
  readonly exitCode: number;
  /** Tries after the first. */
  readonly retryCount: number;
  /** When the last of them began. */
  readonly retriedAt: number;
  /** Finished executions. */
  readonly doneCount: number;
  /** Whether it was executed again by its `repeatPolicy`. */
  readonly repeated: boolean;
  /** Runs of DAGs that its last execution called. */
  readonly children: readonly ChildRun[];
  /** Those of executions before. */
  readonly childrenRepeated: readonly ChildRun[];
  /** Captured outputs by variable name. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Of its preconditions. */
  readonly conditions: readonly ConditionResult[];
  /** Process group of the running execution, 0 when there is none: what a later attempt must end first. */
  readonly pgid: number;
  /** Commands and script with references replaced, for display; null shows the step as written. */
  readonly shown: { readonly commands: readonly string[]; readonly script: string } | null;
  /** Permissions that the last execution held; null when it was not confined. */
  readonly permissions: PermissionSet | null;
  /** What the executions used, all together; null when nobody looked, which is so but in an audit. */
  readonly used: PermissionUse | null;
  /** When somebody approved it. */
  readonly approvedAt: number;
  /** Who did. */
  readonly approvedBy: string;
  /** Values that came with the approval, by name. */
  readonly approvalInputs: Readonly<Record<string, string>>;
  /** When somebody rejected it. */
  readonly rejectedAt: number;
  /** Who did. */
  readonly rejectedBy: string;
  /** Why. */
  readonly rejectionReason: string;
}

/** A step inside one run. */
export interface Node {
  /** What it is to do. */
  readonly step: Step;
  /** What became of it. */
  readonly state: NodeState;
}

/** The state of one attempt of a run. */
export interface RunRecord {
  /** The outermost run. */
  readonly root: RunRef;
  /** null for a root run. */
  readonly parent: RunRef | null;
  /** Of the DAG. */
  readonly name: string;
  /** Id of the run. */
  readonly dagRunId: string;
  /** Id of the attempt. */
  readonly attemptId: string;
  /** Where the run stands. */
  readonly status: RunStatus;
  /** Who carries it out: `local` or a worker. */
  readonly workerId: string;
  /** What made the run begin, such as `schedule`; retries do not change it. "" when it is not known. */
  readonly trigger: string;
  /** Process that carries it out. */
  readonly pid: number;
  /** Its steps in the order of the definition. */
  readonly nodes: readonly Node[];
  /** Handlers that the definition has. */
  readonly handlers: Readonly<Partial<Record<HandlerName, Node>>>;
  /** When the run was made, Unix milliseconds; further attempts keep it. */
  readonly createdAt: number;
  /** When it was put in line; 0 when it never was. */
  readonly queuedAt: number;
  /** Of a run that waits in line: what its place can be made of again. */
  readonly priority: Priority;
  /** When it began; 0 before. */
  readonly startedAt: number;
  /** When it ended; 0 before. */
  readonly finishedAt: number;
  /** Absolute path of the run's log. */
  readonly log: string;
  /** "" when nothing went wrong with the run as such. */
  readonly error: string;
  /** `A=1 B=two`. */
  readonly params: string;
  /** `A=1`, `B=two`. */
  readonly paramsList: readonly string[];
  /** Of the preconditions of the DAG. */
  readonly conditions: readonly ConditionResult[];
  /** It ended with its owner, and a further attempt is to go on: who looks after dead runs sees to that. */
  readonly resumes: boolean;
  /** Number of the last event folded in. */
  readonly seq: number;
}

/** Where a node stands: index of a step, or the name of a handler. */
export type NodeKey = number | HandlerName;

/** One change of a record. Carries only what changed, so its size does not depend on the number of steps. */
export type RunEvent =
  | { readonly kind: "run"; readonly patch: RunPatch }
  | { readonly kind: "node"; readonly node: NodeKey; readonly patch: Partial<NodeState> };

/** What may change of a run besides its nodes. */
export type RunPatch = Partial<
  Pick<
    RunRecord,
    | "status"
    | "startedAt"
    | "finishedAt"
    | "error"
    | "pid"
    | "workerId"
    | "queuedAt"
    | "conditions"
    | "log"
    | "resumes"
  >
>;

export const INITIAL_NODE_STATE: NodeState = {
  status: NodeStatus.NotStarted,
  startedAt: 0,
  finishedAt: 0,
  stdout: "",
  stderr: "",
  error: "",
  exitCode: 0,
  retryCount: 0,
  retriedAt: 0,
  doneCount: 0,
  repeated: false,
  children: [],
  childrenRepeated: [],
  outputs: {},
  conditions: [],
  pgid: 0,
  shown: null,
  permissions: null,
  used: null,
  approvedAt: 0,
  approvedBy: "",
  approvalInputs: {},
  rejectedAt: 0,
  rejectedBy: "",
  rejectionReason: "",
};

export interface NewRun {
  readonly dag: Pick<Dag, "name" | "steps" | "handlers">;
  readonly dagRunId: string;
  readonly attemptId: string;
  readonly root: RunRef;
  readonly parent: RunRef | null;
  readonly params: readonly string[];
  readonly createdAt: number;
  readonly log: string;
  readonly pid: number;
  readonly workerId: string;
  readonly trigger?: string;
  /** Default: low. */
  readonly priority?: Priority;
}

/** The record of an attempt that has not begun. */
export function newRunRecord(run: NewRun): RunRecord {
  const handlers: Partial<Record<HandlerName, Node>> = {};
  for (const name of HANDLER_NAMES) {
    const step = run.dag.handlers[name];
    if (step) handlers[name] = { step, state: INITIAL_NODE_STATE };
  }
  return {
    root: run.root,
    parent: run.parent,
    name: run.dag.name,
    dagRunId: run.dagRunId,
    attemptId: run.attemptId,
    status: RunStatus.NotStarted,
    workerId: run.workerId,
    trigger: run.trigger ?? "",
    pid: run.pid,
    nodes: run.dag.steps.map((step) => ({ step, state: INITIAL_NODE_STATE })),
    handlers,
    createdAt: run.createdAt,
    queuedAt: 0,
    priority: run.priority ?? "low",
    startedAt: 0,
    finishedAt: 0,
    log: run.log,
    error: "",
    params: run.params.join(" "),
    paramsList: run.params,
    conditions: [],
    resumes: false,
    seq: 0,
  };
}

/**
 * Folds one event into a record, in place of the old one. The list of nodes is updated in place (a copy per event
 * would make a run of n steps cost n²): whoever keeps an old record must not rely on its nodes.
 */
export function applyEvent(record: RunRecord, event: RunEvent): RunRecord {
  const seq = record.seq + 1;
  if (event.kind === "run") return { ...record, ...event.patch, seq };
  if (typeof event.node === "number") {
    const node = record.nodes[event.node];
    if (!node) throw new RangeError(`Cannot apply event ${seq}: the run has no step number ${event.node}`);
    (record.nodes as Node[])[event.node] = { step: node.step, state: { ...node.state, ...event.patch } };
    return { ...record, seq };
  }
  const node = record.handlers[event.node];
  if (!node) throw new RangeError(`Cannot apply event ${seq}: the run has no handler "${event.node}"`);
  const handlers = {
    ...record.handlers,
    [event.node]: { step: node.step, state: { ...node.state, ...event.patch } },
  };
  return { ...record, handlers, seq };
}

/** Every captured output of a run, later steps winning over earlier ones. */
export function outputsOf(record: RunRecord): Record<string, string> {
  const all: Record<string, string> = {};
  for (const node of [...record.nodes, ...Object.values(record.handlers)]) {
    Object.assign(all, node.state.outputs);
  }
  return all;
}
