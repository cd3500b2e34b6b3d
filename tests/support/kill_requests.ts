/** Kills a server before each of its file-changing calls while it answers a request, and looks at what is left. Needs strace. */
import { signalProcess } from "../../src/platform/process/processes.ts";
import { assert, assertEquals } from "../assert.ts";
import { Home, until } from "./home.ts";
import { killing, pointsOf, tracing } from "./kill_calls.ts";
import { ServerProcess } from "./server_process.ts";

interface Asked {
  readonly method: "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
}

export interface RequestSweep {
  readonly name: string;
  /** Makes what the request is about. */
  prepare(home: Home): void;
  readonly request: Asked;
  /** Codes of the same request once more, after the kill. */
  readonly again: readonly number[];
  /** What has to hold before it is asked once more, and afterwards. */
  check(home: Home, server: ServerProcess): Promise<void>;
}

const FLOW = "schedule: 0 0 1 1 *\nsteps:\n  - echo 1\n";
const OTHER = "schedule: 0 0 1 1 *\nsteps:\n  - echo 2\n";

interface Listed {
  readonly fileName: string;
  readonly suspended: boolean;
  readonly errors: readonly string[];
}

/** The definitions that the server knows, each whole. */
async function definitions(server: ServerProcess): Promise<Listed[]> {
  const { dags } = await server.get("/dags") as { dags: Listed[] };
  for (const { fileName, errors } of dags) assertEquals(errors, [], fileName);
  return dags;
}

async function text(server: ServerProcess, name: string): Promise<string> {
  return (await server.get(`/dags/${name}/spec`)).spec;
}

/** One run stands in the history, under one name. */
async function assertOneRun(home: Home): Promise<void> {
  const found = await Promise.all(["flow", "next"].map((name) => home.store.list(name, {})));
  assertEquals(found.flat().map(({ record }) => [record.name, record.dagRunId]), [["flow", "r"]]);
}

function suspendedFlow(home: Home): void {
  home.dag("flow", FLOW);
  Deno.mkdirSync(`${home.path}/suspend`, { recursive: true });
  Deno.writeTextFileSync(`${home.path}/suspend/flow.suspend`, "");
}

export const REQUEST_SWEEPS: readonly RequestSweep[] = [
  {
    name: "rename of a definition",
    prepare: suspendedFlow,
    request: { method: "POST", path: "/dags/flow/rename", body: { newFileName: "next" } },
    again: [200, 404],
    check: async (home, server) => {
      const [one, ...more] = await definitions(server);
      assertEquals([one!.suspended, more], [true, []], one!.fileName);
      assertEquals(await text(server, one!.fileName), FLOW);
      await assertOneRun(home);
    },
  },
  {
    name: "removal of a definition",
    prepare: suspendedFlow,
    request: { method: "DELETE", path: "/dags/flow" },
    again: [204, 404],
    check: async (home, server) => {
      const found = await definitions(server);
      assert(found.every(({ suspended }) => suspended), "Its schedule began anew");
      await assertOneRun(home);
    },
  },
  {
    name: "a new definition",
    prepare: () => {},
    request: { method: "POST", path: "/dags", body: { name: "flow", spec: FLOW } },
    again: [201, 409],
    check: async (home, server) => {
      for (const { fileName } of await definitions(server)) assertEquals(await text(server, fileName), FLOW);
      await assertOneRun(home);
    },
  },
  {
    name: "another text of a definition",
    prepare: (home) => void home.dag("flow", FLOW),
    request: { method: "PUT", path: "/dags/flow/spec", body: { spec: OTHER } },
    again: [200],
    check: async (home, server) => {
      assertEquals((await definitions(server)).length, 1);
      assert([FLOW, OTHER].includes(await text(server, "flow")));
      await assertOneRun(home);
    },
  },
  {
    name: "suspension of a schedule",
    prepare: (home) => void home.dag("flow", FLOW),
    request: { method: "POST", path: "/dags/flow/suspend", body: { suspend: true } },
    again: [200],
    check: async (home, server) => {
      assertEquals((await definitions(server)).length, 1);
      await assertOneRun(home);
    },
  },
];

/** Leaves one run of the definition `flow` in the history. */
async function runOnce(home: Home): Promise<void> {
  home.dag("flow", FLOW);
  const { code, stderr } = await home.run(["start", "-q", "--run-id", "r", "flow"]);
  assertEquals(code, 0, stderr);
}

/** @returns the code of the answer; 0 when there was none */
async function ask(server: ServerProcess, { method, path, body }: Asked): Promise<number> {
  const headers = { "content-type": "application/json" };
  const init = body === undefined ? { method } : { method, headers, body: JSON.stringify(body) };
  try {
    const response = await fetch(server.base + path, init);
    await response.body?.cancel();
    return response.status;
  } catch {
    return 0;
  }
}

/** Runs a tracer on the server while it answers the request. @returns the code of the answer; 0 when it was killed */
async function askTraced(server: ServerProcess, tracer: readonly string[], asked: Asked): Promise<number> {
  const [program, ...args] = [...tracer, "-p", String(server.pid)];
  const child = new Deno.Command(program!, { args, stdin: "null", stdout: "null", stderr: "null" }).spawn();
  const status = () => Deno.readTextFileSync(`/proc/${server.pid}/status`);
  await until(() => !/^TracerPid:\t0$/m.test(status()), "the tracer");
  const answer = await ask(server, asked);
  // It ends with what it traces, which it may kill just after the answer.
  if (answer !== 0) signalProcess(child.pid, "SIGTERM");
  await child.status;
  return answer;
}

/**
 * Kills a server before its call number `from`, `from + stride` and so on in answering the request.
 * @returns the number of kills
 */
export async function sweepRequest(
  one: RequestSweep,
  from: number,
  stride: number,
  most = Infinity,
): Promise<number> {
  await using home = await Home.make();
  await runOnce(home);
  const trace = `${home.path}/trace`;
  await answered(home, one, tracing(trace));
  const points = pointsOf(Deno.readTextFileSync(trace));
  let kills = 0;
  for (let n = from; n <= points.length && kills < most; n += stride) {
    const point = points[n - 1]!;
    try {
      if (await answered(home, one, killing(point)) === 0) kills++;
    } catch (error) {
      const where = `${point.call} number ${point.nth}`;
      throw new Error(`${one.name}, server killed before ${where}: ${error}`, { cause: error });
    }
  }
  assert(kills > 0, `${one.name}: the server was never killed`);
  return kills;
}

/** Asks a server that is traced, and then another one. @returns the code of the first answer; 0 when there was none */
async function answered(home: Home, one: RequestSweep, tracer: readonly string[]): Promise<number> {
  for (const folder of ["dags", "suspend"]) {
    await Deno.remove(`${home.path}/${folder}`, { recursive: true }).catch(() => {});
  }
  Deno.mkdirSync(`${home.path}/dags`);
  one.prepare(home);
  const answer = await firstAnswer(home, one, tracer);
  await using server = await ServerProcess.start(home);
  await one.check(home, server);
  const code = await ask(server, one.request);
  assert(one.again.includes(code), `The same request once more: ${code}, after ${answer}`);
  await one.check(home, server);
  return answer;
}

async function firstAnswer(home: Home, one: RequestSweep, tracer: readonly string[]): Promise<number> {
  await using server = await ServerProcess.start(home);
  return await askTraced(server, tracer, one.request);
}
