import { assertEquals, assertRejects } from "../../../../tests/assert.ts";
import { settle } from "../../../../tests/fakes/fake_clock.ts";
import { NotYetError } from "../../../core/errors.ts";
import { RETRY_FAILED } from "../../../core/retry_plan.ts";
import { RunStatus } from "../../../core/status.ts";
import type { Dag } from "../../../core/dag.ts";
import type { DispatchOptions } from "../../../ports/dispatcher.ts";
import type { LaunchRequest } from "../../../ports/run_launcher.ts";
import type { RunStore } from "../../../ports/run_store.ts";
import type { Task, TaskResult } from "../../../ports/task.ts";
import { WorkerLauncher } from "./worker_launcher.ts";

const FOREVER = new AbortController().signal;
const RUN = { name: "etl", id: "r1" };

function bench(workerSelector: Record<string, string>) {
  const dag = { name: "etl", workerSelector } as unknown as Dag;
  const local: LaunchRequest[] = [];
  const handed: { task: Task; options: DispatchOptions }[] = [];
  const stopped: string[] = [];
  const began = Promise.withResolvers<string>();
  const ended = Promise.withResolvers<TaskResult>();
  const runs = {
    find: (_: string, id: string) => Promise.resolve(id === "unknown" ? null : {}),
    snapshot: () => Promise.resolve({ dag }),
  } as unknown as RunStore;
  const launcher = new WorkerLauncher({
    local: {
      launch: (request) => {
        local.push(request);
        return Promise.resolve({ run: RUN, pid: 1, ended: new Promise(() => {}) });
      },
    },
    runs,
    dispatcher: () =>
      Promise.resolve({
        dispatch: (task, options) => {
          handed.push({ task, options });
          return Promise.resolve({
            began: began.promise,
            ended: ended.promise,
            stop: (signal) => void stopped.push(signal),
          });
        },
      }),
  });
  return { launcher, local, handed, stopped, began, ended };
}

const REQUESTS: readonly LaunchRequest[] = [
  { kind: "continue", run: RUN, trigger: "queue" },
  { kind: "retry", run: RUN, point: { step: "a", following: true }, trigger: "manual" },
];

Deno.test("runs that ask for no worker stay here", async () => {
  const { launcher, local, handed } = bench({});
  const start = { kind: "start", dag: "/d/etl.yaml", dagRunId: "r1", params: "", trigger: "manual" } as const;
  const restart = { kind: "restart", run: RUN, dagRunId: "r2", trigger: "restart" } as const;
  const unknown = {
    kind: "retry",
    run: { name: "etl", id: "unknown" },
    point: RETRY_FAILED,
    trigger: "manual",
  } as const;
  for (const request of [...REQUESTS, start, restart, unknown]) await launcher.launch(request);
  assertEquals([local.length, handed.length], [5, 0]);
});

Deno.test("the others are handed in, and have begun when a worker says so", async () => {
  const { launcher, local, handed, began, ended } = bench({ gpu: "true" });
  const reasons: string[] = [];
  const launches = [];
  for (const request of REQUESTS) {
    launches.push(launcher.launch(request, { onWait: (why) => reasons.push(why), withdrawn: FOREVER }));
    await settle();
  }
  assertEquals(local, []);
  const seen = handed.map(({ task, options: { hold } }) => {
    const { operation, step, following, params, definition, workingDir, selector } = task;
    return { operation, step, following, params, definition, workingDir, selector, hold };
  });
  const common = {
    step: "",
    following: false,
    params: "",
    definition: "",
    workingDir: "",
    selector: { gpu: "true" },
    hold: false,
  };
  assertEquals(seen, [
    { ...common, operation: "retry" },
    { ...common, operation: "retry", step: "a", following: true },
  ]);
  const news = { workerId: "", result: null };
  handed[0]!.options.onNews!({ state: "waiting", reason: "all busy", ...news });
  handed[0]!.options.onNews!({ state: "claimed", reason: "", ...news });
  assertEquals(reasons, ["all busy"]);
  began.resolve("w1");
  const [first] = await Promise.all(launches);
  ended.resolve({ status: RunStatus.Failed, error: "", params: "", outputs: {} });
  assertEquals([first!.run, await first!.ended], [RUN, { status: RunStatus.Failed, error: "" }]);
});

Deno.test("what nobody wants any more is withdrawn, unless it has begun", async () => {
  for (const begins of [false, true]) {
    const { launcher, stopped, began } = bench({ gpu: "true" });
    const gone = new AbortController();
    const launch = launcher.launch(REQUESTS[0]!, { onWait: () => {}, withdrawn: gone.signal });
    await settle();
    if (begins) began.resolve("w1");
    await settle();
    gone.abort();
    assertEquals(stopped, begins ? [] : ["SIGTERM"]);
    began.reject(new NotYetError("stopped", "stopped"));
    await launch.catch(() => {});
  }
});

Deno.test("who ends waits for no worker any more", async () => {
  const { launcher, began } = bench({ gpu: "true" });
  const launch = launcher.launch(REQUESTS[0]!);
  await settle();
  launcher.close();
  await assertRejects(() => launch, Error, "the service is ending");
  await assertRejects(() => launcher.launch(REQUESTS[0]!), Error, "the service is ending");
  began.reject(new NotYetError("late", "late"));
  await settle();
});
