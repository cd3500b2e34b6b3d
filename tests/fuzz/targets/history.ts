/** A run whose files are damaged: the server and the command line answer, and show the other runs as before. */
import { createApp } from "../../../src/app/create_app.ts";
import { loadConfig } from "../../../src/config/load.ts";
import { NodeStatus, RunStatus } from "../../../src/core/status.ts";
import { assert, assertEquals } from "../../assert.ts";
import { finish, newAttempt, nodeEvent, runEvent, twoSteps } from "../../fakes/attempts.ts";
import type { Random } from "../../fakes/random.ts";
import { Api } from "../../support/api.ts";
import { play, type Played } from "../../support/cli_fakes.ts";
import { damage, damageJson } from "../damage.ts";
import type { Target } from "../target.ts";

const DAG = "one";
const FILES = ["status.jsonl", "events.jsonl", "dag.json", "lease.json", "outputs.json"];
const COMMANDS = [
  ["status", DAG],
  ["history", DAG],
  ["history", "--format", "json", DAG],
  ["why", DAG],
  ["logs", DAG],
];

/** A home with a run that ended, and one that is under way and gets damaged. */
class DamagedHome {
  private constructor(readonly api: Api, readonly dir: string, readonly sound: ReadonlyMap<string, string>) {}

  static async make(): Promise<DamagedHome> {
    const api = await Api.make();
    api.dag(DAG, "steps:\n  - {name: a, command: 'true'}\n  - {name: b, command: 'true'}\n");
    await finish(await api.store.createAttempt(newAttempt("r1", { dag: twoSteps(DAG) })));
    const attempt = await api.store.createAttempt(newAttempt("r2", { dag: twoSteps(DAG) }));
    attempt.append(runEvent(RunStatus.Running));
    attempt.append(nodeEvent(0, NodeStatus.Running));
    attempt.append({
      kind: "node",
      node: 0,
      patch: { outputs: { A: "b" }, children: [{ dagRunId: "c", params: "" }] },
    });
    attempt.append(nodeEvent(0, NodeStatus.Failed));
    const sound = new Map(FILES.map((file) => [file, read(`${attempt.dir}/${file}`)]));
    return new DamagedHome(api, attempt.dir, sound);
  }

  async answers(): Promise<string> {
    const run = `/dag-runs/${DAG}/r2`;
    const paths = [
      "/dag-runs",
      `/dag-runs/${DAG}`,
      run,
      `${run}/spec`,
      `${run}/outputs`,
      `${run}/logs`,
      `${run}/why`,
      `${run}/sub-dag-runs`,
      `${run}/steps/a/log`,
      `/dags/${DAG}`,
      `/dags/${DAG}/grid`,
      "/dags",
      "/approvals",
    ];
    await this.api.sync();
    for (const path of paths) {
      const { status, text } = await this.api.get(path);
      assert(status < 500, `${path}: ${status} ${text}`);
    }
    assertEquals(this.api.defects, []);
    const { dagRuns } = await this.api.json(`/dag-runs/${DAG}`);
    assert(dagRuns.some((one: { dagRunId: string }) => one.dagRunId === "r1"), "The other run is gone");
    let said = "";
    for (const args of COMMANDS) {
      const { code, out, err } = await this.#run(args);
      assert(code === 0 || /^Error: [A-Z]/.test(err), `${args.join(" ")}: code ${code}: ${err}`);
      said += out + err;
    }
    return said;
  }

  async #run(args: readonly string[]): Promise<Played> {
    const { home } = this.api;
    const config = await loadConfig({
      configFile: "",
      daguHome: home,
      flags: {},
      env: {},
      cwd: home,
      scopes: ["core"],
    });
    return await play(args, { app: createApp(config), loadConfig: () => Promise.resolve(config) });
  }
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return '{"outputs":{"a":"b"}}\n';
  }
}

function damaged(content: string, random: Random): string {
  const lines = content.trimEnd().split("\n");
  const at = random.below(lines.length);
  if (random.chance(0.2)) return damage(content, random);
  if (random.chance(0.1)) return content.slice(0, random.below(content.length));
  try {
    lines[at] = damageJson(lines[at]!.replace(/,"crc":"\w+"\}$/, "}"), random);
  } catch {
    return damage(content, random); // It is JSON as a whole only.
  }
  return `${lines.join("\n")}\n`;
}

export function historyTargets(): Readonly<Record<string, Target>> {
  let opened: Promise<DamagedHome> | null = null;
  const home = () => opened ??= DamagedHome.make();
  return {
    "run folder": {
      cost: 8,
      async make(random) {
        const { sound } = await home();
        const file = random.pick(FILES);
        return `${file}\n${damaged(sound.get(file)!, random)}`;
      },
      async check(input) {
        const { dir, sound } = await home();
        const end = input.indexOf("\n");
        const file = input.slice(0, end);
        Deno.writeTextFileSync(`${dir}/${file}`, input.slice(end + 1));
        try {
          return await (await home()).answers();
        } finally {
          Deno.writeTextFileSync(`${dir}/${file}`, sound.get(file)!);
        }
      },
      async dispose() {
        await (await opened)?.api[Symbol.asyncDispose]();
      },
    },
  };
}
