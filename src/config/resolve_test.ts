import { assert, assertEquals, assertThrows } from "../../tests/assert.ts";
import { DaguError } from "../core/errors.ts";
import type { KeySpec } from "./key_spec.ts";
import { KEYS } from "./keys.ts";
import { findLayout } from "./layout.ts";
import { type ConfigFile, resolveConfig, type ResolveInput } from "./resolve.ts";

const ENV = { HOME: "/home/ann", DAGU_HOME: "/h" };

function file(values: unknown, path = "/h/config.yaml"): ConfigFile {
  return { path, values, places: { debug: "7:5", port: "7:4" } };
}

function resolve(change: Partial<ResolveInput> = {}) {
  const env = { ...ENV, ...change.env };
  const layout = findLayout({
    flag: "",
    env,
    userHome: "/home/ann",
    cwd: "/w",
    legacyHomeExists: () => false,
  });
  return resolveConfig({
    layout,
    flags: {},
    files: [],
    scopes: ["core"],
    warnings: [],
    userHome: "/home/ann",
    cwd: "/w",
    ...change,
    env,
  });
}

const everywhere = { scopes: ["core", "server", "scheduler", "distributed"] } as const;

Deno.test("config: defaults in the unified layout", () => {
  const config = resolve();
  assertEquals(config.paths.dagsDir, "/h/dags");
  assertEquals(config.paths.dagRunsDir, "/h/data/dag-runs");
  assertEquals(config.paths.adminLogsDir, "/h/logs/admin");
  assertEquals(config.paths.baseConfig, "/h/base.yaml");
  assertEquals(config.port, 8080);
  assertEquals(config.queues, { enabled: true, config: [] });
  assertEquals(config.auth.mode, "builtin");
  assertEquals(config.auth.builtin.token.ttl, 12 * 3600 * 1000);
  assertEquals(config.warnings, []);
});

Deno.test("config: folders that follow a moved one", () => {
  const config = resolve({ files: [file({ dataDir: "/d" })], env: { DAGU_LOG_DIR: "logs" } });
  assertEquals(config.paths.dagRunsDir, "/d/dag-runs");
  assertEquals(config.paths.usersDir, "/d/users");
  assertEquals(config.paths.logDir, "/w/logs");
  assertEquals(config.paths.adminLogsDir, "/w/logs/admin");
});

Deno.test("config: flag before environment before file before default", () => {
  const files = [file({ port: 1 })];
  assertEquals(resolve({ files }).port, 1);
  assertEquals(resolve({ files, env: { DAGU_PORT: "2" } }).port, 2);
  assertEquals(resolve({ files, env: { DAGU_PORT: "" } }).port, 1);
  assertEquals(resolve({ files, env: { DAGU_PORT: "2" }, flags: { port: "3" } }).port, 3);
  assertEquals(resolve({ files: [...files, file({ port: 9 }, "/h/admin.yaml")] }).port, 9);
});

Deno.test("config: keys without case, old names, unknown keys", () => {
  const config = resolve({
    files: [file({ DEBUG: true, Paths: { DagsDir: "/x" }, navbarTitle: "T", nonsense: { a: 1 } })],
  });
  assertEquals(config.debug, true);
  assertEquals(config.paths.dagsDir, "/x");
  assertEquals(config.ui.navbarTitle, "T");
  const old = resolve({ env: { DAGU__DATA: "/old" } });
  assertEquals(old.paths.dataDir, "/old");
  assertEquals(old.warnings, ["DAGU__DATA is an old name: use DAGU_DATA_DIR"]);
});

Deno.test("config: paths get ~ and variables replaced", () => {
  const config = resolve({ files: [file({ paths: { dataDir: "~/d", logDir: "$HOME/l", dagsDir: "rel" } })] });
  assertEquals(config.paths.dataDir, "/home/ann/d");
  assertEquals(config.paths.logDir, "/home/ann/l");
  assertEquals(config.paths.dagsDir, "/w/rel");
});

Deno.test("config: lists, labels, queues and nodes", () => {
  const config = resolve({
    ...everywhere,
    files: [file({
      queues: { config: [{ name: "a", maxConcurrency: 3 }, { name: "b", maxActiveRuns: "2" }] },
      worker: { labels: { gpu: true, n: 5 } },
      auth: { oidc: { scopes: "a, b", whitelist: ["x@y"] } },
      remoteNodes: [{ name: "n", apiBaseURL: "http://h/api", skipTLSVerify: true }],
      basePath: "x//y/",
    })],
  });
  assertEquals(config.queues.config, [{ name: "a", maxConcurrency: 3 }, { name: "b", maxConcurrency: 2 }]);
  assertEquals(config.worker.labels, { gpu: "true", n: "5" });
  assertEquals(config.auth.oidc.scopes, ["a", "b"]);
  assertEquals(config.remoteNodes[0]!.skipTLSVerify, true);
  assertEquals(config.basePath, "/x/y");
  assertEquals(resolve({ env: { DAGU_WORKER_LABELS: "a=1,b=2" } }).worker.labels, { a: "1", b: "2" });
});

Deno.test("config: labels that workers may have are a map, a text or a list, by names that may be", () => {
  const rules = (workerLabels: unknown) =>
    resolve({ ...everywhere, files: [file({ coordinator: { workerLabels } })] }).coordinator.workerLabels;
  assertEquals(rules({}), {});
  assertEquals(
    rules({ "gpu-1": { gpu: true }, b: "x=1, y=2", "*": ["x=1", { x: 2 }], none: null }),
    { "gpu-1": ["gpu=true"], b: ["x=1", "y=2"], "*": ["x=1", "x=2"], none: [] },
  );
  for (
    const [wrong, problem] of [
      ["gpu=true", "is not a map of names"],
      [{ "w@1": "a=b" }, '"w@1" is no name of a certificate'],
      [{ w: "a" }, 'Labels of "w": "a" is not a label'],
      [{ w: [["a=b"]] }, 'Labels of "w": '],
    ] as const
  ) assert(assertThrows(() => rules(wrong), DaguError).message.includes(problem), problem);
});

Deno.test("config: nodes need a name of their own and a plain address", () => {
  const wrong = [
    [{ name: "n", apiBaseURL: "h/api" }, "is no address"],
    [{ name: "n", apiBaseURL: "file:///etc" }, "is no address"],
    [{ name: "n", apiBaseURL: "https://me:secret@h/api" }, "must be a plain address"],
    [{ name: "local", apiBaseURL: "http://h/api" }, 'The name "local" of a node is taken'],
  ] as const;
  for (const [node, message] of wrong) {
    const error = assertThrows(
      () => resolve({ ...everywhere, files: [file({ remoteNodes: [node] })] }),
      DaguError,
    );
    assert(error.message.includes(message) && !error.message.includes("secret"), error.message);
  }
});

Deno.test("config: OIDC is chosen by itself when its three values are given", () => {
  const oidc = { clientId: "i", clientSecret: "s", issuer: "u" };
  assertEquals(resolve({ files: [file({ auth: { oidc } })] }).auth.mode, "oidc");
  assertEquals(resolve({ files: [file({ auth: { oidc, mode: "none" } })] }).auth.mode, "none");
});

Deno.test("config: every mistake is named at once, with place, value and what would be right", () => {
  const error = assertThrows(
    () => resolve({ files: [file({ debug: "yes", port: "abc", paths: 5, queues: { config: 5 } })] }),
    DaguError,
    "Initialization error: ",
  );
  const lines = error.message.split("\n");
  assertEquals(lines.length, 4);
  assert(
    lines.some((l) => l.includes(`/h/config.yaml:7:5: key 'debug': "yes" is not a boolean`)),
    error.message,
  );
  assert(lines.some((l) => l.includes(`key 'port': "abc" is not a whole number`)), error.message);
  assert(lines.some((l) => l.includes(`key 'paths': 5 is not a map`)), error.message);
  assert(lines.some((l) => l.includes(`key 'queues.config': "5" is not a list`)), error.message);
  assertThrows(
    () => resolve({ env: { DAGU_DEBUG: "maybe" } }),
    DaguError,
    "Environment variable DAGU_DEBUG: key",
  );
  assertThrows(() => resolve({ files: [file([1])] }), DaguError, "must hold a map");
  assertThrows(() => resolve({ env: { DAGU_LOG_FORMAT: "xml" } }), DaguError, "expected text, json");
  assertThrows(() => resolve({ env: { DAGU_TZ: "Mars/X" } }), DaguError, "not a known time zone");
});

Deno.test("config: a value out of range disturbs only the commands that need it", () => {
  const files = [file({ port: 99999, scheduler: { lockRetryInterval: "abc" }, auth: { mode: "weird" } })];
  assertEquals(resolve({ files }).port, 8080);
  const error = assertThrows(() => resolve({ files, ...everywhere }), DaguError, "0 to 65535");
  assertEquals(error.message.split("\n").length, 3);
  assertThrows(() => resolve({ files, scopes: ["core", "scheduler"] }), DaguError, "30s, 5m or 1h30m");
});

/** Value of a key by its dotted name. */
function valueOf(config: unknown, key: string): unknown {
  return key.split(".").reduce((inner, part) => (inner as Record<string, unknown>)[part], config);
}

/** A text that the type takes and that is no default. */
function sample(spec: KeySpec): unknown {
  if (spec.values.length > 0) return spec.values.at(-1);
  switch (spec.type) {
    case "bool":
      return String(!valueOf(resolve(everywhere), spec.key));
    case "int":
    case "port":
      return "4321";
    case "duration":
      return "77h";
    case "zone":
      return "Asia/Tokyo";
    case "queues":
      return [{ name: "q", maxConcurrency: 2 }];
    case "nodes":
      return [{ name: "n", apiBaseURL: "http://h" }];
    case "labels":
      return "a=b";
    case "labelRules":
      return { w: "a=b" };
    default:
      return "/other";
  }
}

Deno.test("config: every key can be set in the file, and by each of its names", () => {
  const plain = JSON.stringify(resolve(everywhere));
  for (const spec of KEYS as readonly KeySpec[]) {
    const value = sample(spec);
    for (const key of [spec.key, ...spec.legacy]) {
      const values = key.split(".").reduceRight<unknown>((inner, part) => ({ [part]: inner }), value);
      const config = resolve({ ...everywhere, files: [file(values)] });
      assert(JSON.stringify({ ...config, files: [] }) !== plain, `${key} has no effect`);
    }
    for (const name of spec.env) {
      const config = resolve({ ...everywhere, env: { [name]: String(value) } });
      assert(JSON.stringify({ ...config, warnings: [] }) !== plain, `${name} has no effect`);
    }
  }
});

Deno.test("config: no key stands below another one", () => {
  const keys = KEYS.map((spec) => spec.key as string);
  for (const key of keys) assert(!keys.some((other) => other.startsWith(`${key}.`)), key);
  assertEquals(new Set(keys).size, keys.length);
});
