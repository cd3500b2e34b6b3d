import { Home } from "../../support/home.ts";
import { type Case, type Json, yamlOf } from "./case.ts";

type Map = { readonly [key: string]: Json };

/** What can be seen of a case after one program has carried it out; nothing in it depends on time or place. */
export async function observe(one: Case, program: readonly string[]): Promise<Json> {
  await using home = await Home.make();
  home.dag("flow", yamlOf(one.documents));
  Deno.writeTextFileSync(`${home.path}/base.yaml`, yamlOf([one.base]));
  const command = async (args: readonly string[]): Promise<Json> => {
    const { code } = await home.run(args, program);
    return { code, run: rootRun(home), marks: marksOf(home), files: filesOf(home) };
  };
  const started = await command(["start", "-q", "-r", "r", "dags/flow.yaml", ...one.args.map(String)]);
  if (!one.retry) return { started };
  Deno.writeTextFileSync(`${home.path}/dags/ok`, "");
  return { started, retried: await command(["retry", "-q", "-r", "r", "dags/flow.yaml"]) };
}

/** Steps that begin at the same time leave theirs in any order. */
function marksOf(home: Home): Json {
  return home.files(/\/marks$/, `${home.path}/dags`).sort().map((path) =>
    Deno.readTextFileSync(path).split("\n").sort()
  );
}

function filesOf(home: Home): Json {
  const made = home.files(/\/(file|out|err)-[^/]+$/, `${home.path}/dags`).sort();
  return Object.fromEntries(
    made.map((path) => [path.slice(home.path.length), settled(Deno.readTextFileSync(path))]),
  );
}

function rootRun(home: Home): Json {
  const texts = new Map<string, string>();
  for (const path of home.files(/\/status\.jsonl$/, `${home.path}/data/dag-runs`).sort()) {
    const [, id] = /(?:child_|Z_)([^/]+)\/attempt_[^/]+\/status\.jsonl$/.exec(path) ?? [];
    if (id !== undefined) texts.set(id, path);
  }
  return runOf("r", texts, home.path);
}

/** A run with those that it called in it. */
function runOf(id: string, paths: ReadonlyMap<string, string>, home: string): Json {
  const path = paths.get(id);
  if (path === undefined) return null;
  const lines = Deno.readTextFileSync(path).split("\n").filter((line) => line.startsWith("{"));
  const record = JSON.parse(lines.at(-1) ?? "{}") as Map;
  const node = (one: Json) => nodeOf(one as Map, (child) => runOf(child, paths, home));
  const handlers = ["onInit", "onSuccess", "onFailure", "onCancel", "onExit", "onWait"]
    .filter((name) => record[name]).map((name) => [name, node(record[name]!)]);
  const run: Json = {
    name: record.name!,
    status: record.status!,
    params: record.params ?? "",
    paramsList: record.paramsList ?? [],
    preconditions: conditionsOf(record.preconditions),
    begun: Boolean(record.startedAt),
    ended: Boolean(record.finishedAt),
    nodes: Object.fromEntries((record.nodes as Json[] ?? []).map((one) => [nameOf(one as Map), node(one)])),
    handlers: Object.fromEntries(handlers),
    outputs: outputsOf(path),
  };
  const text = JSON.stringify(run).replaceAll(home, "HOME");
  return JSON.parse(
    [...paths.keys()].filter((one) => one.length > 20).reduce((all, one) => all.replaceAll(one, "ID"), text),
  );
}

function nameOf(node: Map): string {
  return (node.step as Map).name as string;
}

function nodeOf(node: Map, runOf: (id: string) => Json): Json {
  const step = node.step as Map;
  const children = (list: Json | undefined) =>
    (list as Map[] ?? []).map((child) => ({
      params: child.params ?? "",
      run: runOf(child.dagRunId as string),
    }))
      .sort((a, b) => JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
  const variables = Object.entries(node.outputVariables ?? {}).filter(([name]) => !name.startsWith("DAGU_"));
  return {
    status: node.status!,
    error: errorOf(node.error as string ?? "", "children" in node),
    retryCount: node.retryCount ?? 0,
    doneCount: node.doneCount ?? 0,
    repeated: node.repeated ?? false,
    begun: Boolean(node.startedAt),
    ended: Boolean(node.finishedAt),
    shown: (step.commands as Map[] ?? []).map((one) => settled(String(one.cmdWithArgs ?? ""))),
    // That of a filter is shown here as it is written.
    script: (step.executorConfig as Map)?.type === "jq" ? "" : settled(String(step.script ?? "")),
    preconditions: conditionsOf(step.preconditions),
    outputs: Object.fromEntries(
      variables.map(([name, value]) => [name, settled(String(value).slice(name.length + 1))]),
    ),
    children: children(node.children),
    childrenRepeated: children(node.childrenRepeated),
    ...logsOf(node.stdout as string, node.stderr as string),
  };
}

/** Texts of errors are each program's own; whether there is one, and the code in it, are not. */
function errorOf(error: string, isCall: boolean): string {
  const code = isCall ? undefined : /exit status \d+/.exec(error)?.[0];
  return code ?? (error === "" ? "" : "some");
}

function conditionsOf(list: Json | undefined): Json {
  return (list as Map[] ?? []).map((one) => ({ ...one, error: one.error ? "some" : "" }));
}

/** Dagu puts two streams into one file in any order. */
function logsOf(stdout: string, stderr: string): Json & object {
  const text = logOf(stdout);
  return stdout === stderr ? { log: text.split("\n").sort() } : { stdout: text, stderr: logOf(stderr) };
}

function logOf(path: string | undefined): string {
  if (!path) return "";
  try {
    return settled(Deno.readTextFileSync(path));
  } catch {
    return "no file";
  }
}

function outputsOf(path: string): Json {
  try {
    const { outputs } = JSON.parse(Deno.readTextFileSync(path.replace("status.jsonl", "outputs.json")));
    return Object.fromEntries(Object.entries<string>(outputs).map(([name, value]) => [name, settled(value)]));
  } catch {
    return {};
  }
}

/** What runs below tell of themselves: results come in any order, and Dagu names what it tolerated among outputs. */
function settled(text: string): string {
  // A path that leads nowhere is nothing here.
  const told = text.replaceAll("<nil>", "").replace(/dagu_script-\w+/g, "dagu_script").replace(
    /(,?)\n *"DAGU_CONTINUE_ON\.[^\n]*?(,?)(?=\n)/g,
    (_, before, behind) => before && behind,
  );
  const summary = /^\{\n {2}"summary"/.test(told);
  return told.replace(/\{\s+\}/g, "{}").split("\n").sort(summary ? undefined : () => 0).join("\n");
}
