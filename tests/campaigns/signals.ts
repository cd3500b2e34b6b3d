/**
 * SIGTERM and SIGINT to every command that lasts. Services end with 0 and leave their runs to their agents, what runs a
 * DAG itself ends with 143 and 130, and nothing stays.
 *
 *     deno run -A tests/campaigns/signals.ts [COMMAND ...]
 *
 * `OURS` names a compiled program to test instead of the sources.
 */
import { RunStatus } from "../../src/core/status.ts";
import { assertEquals } from "../assert.ts";
import { type Check, runChecks } from "../support/checks.ts";
import { freePort } from "../support/free_port.ts";
import { Home } from "../support/home.ts";
import { startService } from "../support/services.ts";

const SIGNALS = [["SIGTERM", 143], ["SIGINT", 130]] as const;
/** Grace time of the program. */
const LIMIT_MS = 30_000;
const FLOW = `
workingDir: WORK
schedule: "* * * * * *"
handlerOn:
  exit: {command: echo exit >> marks}
steps:
  - 'echo begun >> marks; sleep 300'
`;

interface Service {
  readonly args: () => string[];
  /** What it says when it is there. */
  readonly says: string;
}

const SERVICES: Readonly<Record<string, Service>> = {
  scheduler: { args: () => ["scheduler"], says: "Scheduler started" },
  server: { args: () => ["server", `--port=${freePort()}`], says: "Server started" },
  coordinator: {
    args: () => ["coordinator", `--coordinator.port=${freePort()}`],
    says: "Coordinator started",
  },
  "start-all": {
    args: () => ["start-all", `--port=${freePort()}`, `--coordinator.port=${freePort()}`],
    says: "Server started",
  },
};

async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`${what} took longer than ${ms} ms`)), ms);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Each ends in order; what it has begun goes on, and can be stopped. */
function service({ args, says }: Service): Check {
  return async () => {
    const seconds: string[] = [];
    for (const [signal] of SIGNALS) {
      await using home = await Home.make();
      home.dag("flow", FLOW);
      const running = startService(home, args(), { DAGU_SCHEDULER_PORT: "0", DAGU_AUTH_MODE: "none" });
      await running.says(says);
      const runs = ["scheduler", "start-all"].includes(args()[0]!);
      if (runs) await home.marked("begun");
      const at = performance.now();
      running.signal(signal);
      const { code } = await within(LIMIT_MS, `${signal}`, running.ended);
      assertEquals(code, 0, `${signal}: ${running.said}`);
      seconds.push(`${signal} ${((performance.now() - at) / 1000).toFixed(1)} s`);
      if (runs) assertEquals((await home.run(["stop", "flow"])).code, 0);
      await home.quiet(6000);
      if (runs) await assertEnded(home);
    }
    return `code 0, nothing left: ${seconds.join(", ")}`;
  };
}

async function assertEnded(home: Home): Promise<void> {
  for (const { record } of await home.store.list("flow", {})) {
    assertEquals(record.status, RunStatus.Aborted, record.dagRunId);
  }
}

/** @param prepare what the command needs @returns its arguments */
function command(prepare: (home: Home) => Promise<string[]>, codes: readonly number[] = [143, 130]): Check {
  return async () => {
    for (const [i, [signal]] of SIGNALS.entries()) {
      await using home = await Home.make();
      home.dag("flow", FLOW);
      const args = await prepare(home);
      const child = home.spawn(args);
      await home.marked("begun");
      // A follower has nothing to say of its beginning.
      if (args[0] === "logs") await new Promise((resolve) => setTimeout(resolve, 1500));
      child.kill(signal);
      const { code } = await within(LIMIT_MS, `${args[0]} after ${signal}`, child.status);
      assertEquals(code, codes[i], signal);
      if (args[0] === "logs") assertEquals((await home.run(["stop", "flow"])).code, 0);
      await home.quiet(6000);
      if (args[0] !== "exec") assertEquals(home.marks().slice(-1), ["exit"], "the handler");
    }
    return `codes ${codes.join(" and ")}, handlers run, nothing left`;
  };
}

const COMMANDS: Readonly<Record<string, Check>> = {
  start: command(() => Promise.resolve(["start", "-q", "flow"])),
  exec: command((home) =>
    Promise.resolve(["exec", "-q", "--", "sh", "-c", `echo begun >> ${home.path}/work/marks; sleep 300`])
  ),
  retry: command(async (home) => {
    const first = home.spawn(["start", "-q", "-r", "killed", "flow"]);
    await home.marked("begun");
    first.kill("SIGKILL");
    await first.status;
    await home.quiet(2000);
    Deno.removeSync(`${home.path}/work/marks`);
    return ["retry", "-q", "-r", "killed", "flow"];
  }),
  restart: command(async (home) => {
    home.spawn(["start", "-q", "-r", "r", "flow"]).unref();
    await home.marked("begun");
    Deno.removeSync(`${home.path}/work/marks`);
    return ["restart", "-q", "-r", "r", "flow"];
  }),
  "logs --follow": command((home) => {
    home.spawn(["start", "-q", "-r", "r", "flow"]).unref();
    return home.marked("begun").then(() => ["logs", "--follow", "flow"]);
  }),
};

if (import.meta.main) {
  const services = Object.entries(SERVICES).map(([name, one]) => [name, service(one)]);
  await runChecks({ ...Object.fromEntries(services), ...COMMANDS });
}
