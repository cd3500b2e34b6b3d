/** Runs the code of one TypeScript step, with the permissions of that step. */
import { messageOf } from "../../core/errors.ts";
import { missingText } from "../../core/permissions.ts";
import { refuseExit } from "../../platform/sandbox/refuse_exit.ts";
import { deniedText, withoutHint } from "../sandbox/denied.ts";
import type { StepContext } from "./context.ts";
import type { FromCode, ToCode, TsTask } from "./job.ts";
import { parseErrorText } from "./parse_error.ts";
import { watch, watchedEnv } from "./worker_audit.ts";
import type { Note } from "./worker_audit_deno.ts";
import { addressText, guardImports, NO_FOLDER, packageOf } from "./worker_imports.ts";
import { codePlace } from "./worker_places.ts";

interface WorkerScope {
  onmessage: ((event: MessageEvent<ToCode>) => void) | null;
  postMessage(message: FromCode): void;
}

function serve(): void {
  const scope = globalThis as unknown as WorkerScope;
  const post = scope.postMessage.bind(scope);
  const stop = new AbortController();
  scope.onmessage = ({ data }) => {
    if (data.kind === "stop") stop.abort(data.signal);
    else void run(data.task, stop.signal, post);
  };
  refuseExit();
  post({ kind: "ready" });
}

async function run(task: TsTask, signal: AbortSignal, post: (message: FromCode) => void): Promise<void> {
  const url = task.file === ""
    ? URL.createObjectURL(new Blob([task.code], { type: "application/typescript" }))
    : new URL(`file://${task.file.split("/").map(encodeURIComponent).join("/")}`).href;
  try {
    guardImports(task, url);
    if (task.audit) watch(noteTo(post));
    const context = contextOf(task, signal, post);
    if (task.file === "") Object.defineProperty(globalThis, "ctx", { value: context });
    const { default: main } = await import(url);
    if (typeof main === "function") await main(context);
    else if (task.file !== "") throw new Error(`"${task.file}" has no default function`);
    post({ kind: "done" });
  } catch (error) {
    const message = refusedImport(error, task) ?? deniedText(error, task.permissions) ?? described(error);
    const place = codePlace(error, url, task.file);
    if (error instanceof Error && error.stack) {
      console.error(withoutHint(error.stack).replaceAll(url, task.file || "script"));
    }
    post({ kind: "error", error: { message, place } });
  }
}

/** How the loader says that a package is not among those that it was given. */
const NO_PACKAGE = /npm specifiers were requested|--cached-only is specified|lockfile is out of date/;

/** What the loader refuses before anyone is asked. */
function refusedImport(error: unknown, { code, permissions }: TsTask): string | null {
  const text = messageOf(error);
  const [, host] = /^Requires import access to "([^"]*)"/.exec(text) ?? [];
  if (host !== undefined) return addressText(host);
  if (!NO_PACKAGE.test(text)) return null;
  const named = [...code.matchAll(/["'](npm:[^"']+)["']/g)].map(([, specifier]) => packageOf(specifier!));
  const missing = named.find((one) => !permissions.import?.includes(one)) ?? "npm:NAME@VERSION";
  return missingText([{ kind: "import", entry: missing }], permissions);
}

function described(error: unknown): string {
  if (!(error instanceof Error)) return `The code threw ${Deno.inspect(error)}`;
  const text = messageOf(error).replace(/\n\s+at [^]*$/, "");
  if (text.includes("cannot-be-a-base")) return `Cannot import a file here: ${NO_FOLDER}`;
  const parsed = parseErrorText(text);
  if (parsed !== null) return parsed;
  // What came up while a module was loaded begins with the name of its own error.
  if (text.startsWith("Error: ")) return text.slice("Error: ".length);
  return text.startsWith("SyntaxError: ") ? text : `${error.name}: ${text}`;
}

function noteTo(post: (message: FromCode) => void): Note {
  return (permission, entry) => post({ kind: "uses", permission, entry });
}

function contextOf(task: TsTask, signal: AbortSignal, post: (message: FromCode) => void): StepContext {
  const { step, params, env, inputs } = task;
  return Object.freeze({
    step,
    params: Object.freeze({ ...params }),
    env: task.audit ? watchedEnv(env, noteTo(post)) : Object.freeze({ ...env }),
    inputs: Object.freeze({ ...inputs }),
    get signal() {
      post({ kind: "listens" });
      return signal;
    },
    output: (...given: readonly unknown[]) => {
      const [name, value] = given.length > 1 ? given : ["", given[0]];
      post({ kind: "output", name: outputName(task, name), value: outputText(value) });
    },
    log: (...values: readonly unknown[]) => console.error(...values),
  });
}

function outputName({ step, outputs, hasOutput }: TsTask, name: unknown): string {
  if (name === "" && !hasOutput) {
    throw new Error(`ctx.output(value) needs an "output:" in step "${step}" that names the variable`);
  }
  if (name !== "" && !outputs.includes(String(name))) {
    throw new Error(
      `ctx.output("${name}", …) is not declared: add it to the step, config: { outputs: [${
        [...outputs, name].join(", ")
      }] }`,
    );
  }
  return String(name);
}

function outputText(value: unknown): string {
  if (typeof value === "string") return value;
  const text = JSON.stringify(value);
  if (text === undefined) {
    throw new Error(`ctx.output got ${Deno.inspect(value)}, which is no text and no JSON`);
  }
  return text;
}

serve();
