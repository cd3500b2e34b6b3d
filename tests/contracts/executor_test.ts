import type { Step } from "../../src/core/dag.ts";
import { ArchiveExecutor } from "../../src/executors/archive/executor.ts";
import { DockerExecutor } from "../../src/executors/docker/executor.ts";
import { HTTP } from "../../src/executors/http/manifest.ts";
import { JQ } from "../../src/executors/jq/manifest.ts";
import { MAIL } from "../../src/executors/mail/manifest.ts";
import { furtherExecutor } from "../../src/executors/sandbox/further_executor.ts";
import { ShellExecutor } from "../../src/executors/shell/executor.ts";
import { SSH } from "../../src/executors/ssh/manifest.ts";
import { TsExecutor } from "../../src/executors/ts/executor.ts";
import { PackageLocks } from "../../src/executors/ts/package_locks.ts";
import { MemoryRunStore } from "../../src/stores/memory/run_store.ts";
import { needs } from "../needs.ts";
import { ensureEngine, IMAGE } from "../support/docker.ts";
import { SmtpSink } from "../support/smtp_sink.ts";
import { Sshd } from "../support/sshd.ts";
import { command } from "../support/step_bench.ts";
import { testExecutor } from "./executor.ts";

// Before the tests: what is opened in one must be closed in it.
if (needs("docker").available) await ensureEngine();

const nothing = () => Promise.resolve();

function of(type: string, config: Record<string, unknown>, more: Partial<Step> = {}): Partial<Step> {
  return { executor: { type, config }, ...more };
}

/** A server at which `/never` is not answered, and what tells that someone waits there. */
function web() {
  let met = Promise.withResolvers<void>();
  const never = new AbortController();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async ({ url }) => {
    if (!url.endsWith("/never")) return new Response("answer", { status: url.endsWith("/bad") ? 500 : 200 });
    met.resolve();
    await new Promise((resolve) => never.signal.addEventListener("abort", resolve));
    return new Response("too late");
  });
  return {
    at: `http://127.0.0.1:${server.addr.port}`,
    begun: async () => {
      await met.promise;
      met = Promise.withResolvers();
    },
    close: async () => {
      never.abort();
      await server.shutdown();
    },
  };
}

testExecutor({
  name: "shell",
  open: (bench) => {
    for (const name of [".stdout", ".stderr"]) Deno.writeTextFileSync(`${bench.folder}/${name}`, "");
    return Promise.resolve({
      executor: new ShellExecutor(),
      good: { step: command("echo answer") },
      prints: /^answer\n$/,
      bad: { step: command("echo before; exit 3") },
      error: /^exit status 3/,
      endless: { step: command("sleep 1000") },
      needy: { step: { commands: [{ text: "cat", args: ["/etc/hostname"] }] } },
      close: nothing,
    });
  },
});

testExecutor({
  name: "http",
  open: () => {
    const { at, begun, close } = web();
    return Promise.resolve({
      executor: HTTP,
      good: { step: command(`GET ${at}/`) },
      prints: /answer/,
      bad: { step: command(`GET ${at}/bad`) },
      error: /500/,
      endless: { step: command(`GET ${at}/never`) },
      begun,
      needy: { step: command(`GET ${at}/`) },
      close,
    });
  },
});

testExecutor({
  name: "jq",
  open: () =>
    Promise.resolve({
      executor: JQ,
      good: { step: { ...command(".a"), script: '{"a":"answer"}' } },
      prints: /^"answer"\n$/,
      bad: { step: { ...command("error"), script: "1" } },
      error: /^The jq program failed/,
      endless: { step: { ...command("def f: f; f"), script: "1" } },
      needy: null,
      close: nothing,
    }),
});

testExecutor({
  name: "mail",
  open: async () => {
    const sink = await SmtpSink.start();
    let met = Promise.withResolvers<void>();
    // Takes connections and never says a word.
    const silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const open: Deno.Conn[] = [];
    const serving = (async () => {
      for await (const connection of silent) {
        open.push(connection);
        met.resolve();
      }
    })();
    const smtp = (port: number) => ({
      dag: {
        smtp: {
          host: "127.0.0.1",
          port: String(port),
          username: "",
          password: "",
          security: "" as const,
          skipTlsVerify: false,
          caFile: "",
        },
      },
    });
    const step = of("mail", { from: "a@example.test", to: "b@example.test", subject: "s", message: "m" });
    return {
      executor: MAIL,
      good: { step, setting: smtp(sink.port) },
      prints: /sending email succeed/,
      bad: {
        step: of("mail", { from: "a@example.test", to: "b@example.test", attachments: "none" }),
        setting: smtp(sink.port),
      },
      error: /none/,
      endless: { step, setting: smtp(silent.addr.port) },
      begun: async () => {
        await met.promise;
        met = Promise.withResolvers();
      },
      needy: { step, setting: smtp(sink.port) },
      close: async () => {
        silent.close();
        for (const connection of open) connection.close();
        await serving;
        await sink[Symbol.asyncDispose]();
      },
    };
  },
});

testExecutor({
  name: "archive",
  open: async (bench) => {
    await Deno.mkdir(`${bench.folder}/src`);
    await Deno.writeTextFile(`${bench.folder}/src/a.txt`, "a");
    // Takes no place on the disk and hours to pack.
    await Deno.writeTextFile(`${bench.folder}/large`, "");
    await Deno.truncate(`${bench.folder}/large`, 1e13);
    const create = (source: string) =>
      of("archive", { source, destination: "out.tar.gz" }, command("create"));
    return {
      executor: new ArchiveExecutor(bench.pool),
      good: { step: create("src") },
      prints: /"operation": "create"/,
      bad: { step: create("nowhere") },
      error: /nowhere/,
      endless: { step: create("large") },
      needy: { step: create("src") },
      close: nothing,
    };
  },
});

testExecutor({
  name: "ts",
  open: (bench) => {
    const os = Deno.env.toObject();
    const code = (script: string) => ({ step: of("ts", {}, { script }) });
    return Promise.resolve({
      executor: new TsExecutor({ os, locks: new PackageLocks(os, bench.folder) }),
      good: code('console.log("answer")'),
      prints: /^answer\n$/,
      bad: code('throw new Error("out of luck")'),
      error: /^Error: out of luck \(line 1/,
      endless: code("for (;;);"),
      needy: code('console.log(await Deno.readTextFile("/etc/hostname"))'),
      close: nothing,
    });
  },
});

testExecutor({
  name: "ssh",
  needs: ["sshd"],
  open: async () => {
    const sshd = await Sshd.start({});
    const step = (text: string) => ({ step: of("ssh", { ...sshd.login }, command(text)) });
    return {
      executor: SSH,
      good: step("echo answer"),
      prints: /^answer\n$/,
      bad: step("sh -c 'exit 3'"),
      error: /3/,
      endless: step("sleep 1000"),
      needy: step("echo answer"),
      close: () => sshd[Symbol.asyncDispose](),
    };
  },
});

testExecutor({
  name: "docker",
  needs: ["docker"],
  open: (bench) => {
    const os = Deno.env.toObject();
    const runs = new MemoryRunStore(() => false);
    const root = { name: "contract", id: "1" };
    const executor = new DockerExecutor({
      pool: bench.pool,
      os,
      runs,
      root,
      token: "t",
      dataDir: bench.folder,
    });
    const step = (text: string) => ({
      step: of("docker", { image: IMAGE, pull: "never", host: { NetworkMode: "none" } }, command(text)),
      setting: { env: { PATH: "/usr/bin:/bin", ...(os.DOCKER_HOST ? { DOCKER_HOST: os.DOCKER_HOST } : {}) } },
    });
    return Promise.resolve({
      executor,
      good: step("echo answer"),
      prints: /^answer\n$/,
      bad: step("sh -c 'exit 3'"),
      error: /3/,
      endless: step("sleep 1000"),
      // The first program of a container hears no signal but SIGKILL.
      deaf: true,
      needy: step("echo answer"),
      close: async () => await executor.close?.(),
    });
  },
});

testExecutor({
  name: "of another program",
  open: () => {
    const { at, begun, close } = web();
    const step = (path: string) => ({ step: of("page", { url: `${at}/${path}` }) });
    return Promise.resolve({
      executor: furtherExecutor({
        types: ["page"],
        config: { url: { type: "text", doc: "Address.", required: true } },
        permissions: ({ config }) => ({ net: [new URL(String(config.url)).host] }),
        worker: new URL("page_worker.ts", import.meta.url),
      }),
      good: step(""),
      prints: /^answer$/,
      bad: step("bad"),
      error: /^The page has the status 500$/,
      endless: step("never"),
      begun,
      needy: step(""),
      close,
    });
  },
});
