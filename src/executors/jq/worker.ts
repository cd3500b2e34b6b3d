/** Runs jq programs, with no permission at all. */
import { messageOf } from "../../core/errors.ts";
import type { StepOutcome } from "../../ports/executor.ts";
import { type SandboxIo, serveSandbox } from "../sandbox/worker_runtime.ts";
import { TooMuch } from "./bounds.ts";
import { type Jq, type JqError, loadJq } from "./load_jq.ts";
import { withNewerFunctions } from "./newer_functions.ts";
import { plainLiterals, plainNumbers } from "./numbers.ts";
import type { JqRequest } from "./request.ts";

/** Its memory never shrinks: after an input of this length the worker is not kept. */
const LARGE_INPUT = 1 << 20;
/** Output is sent in pieces of this many characters. */
const PIECE = 1 << 18;

let loading: Promise<Jq> | null = null;

async function handle(request: JqRequest, io: SandboxIo): Promise<StepOutcome> {
  const { raw } = request;
  const program = withNewerFunctions(request.program);
  if (request.input.length > LARGE_INPUT) io.retire();
  const wrong = invalid(request.input);
  if (wrong !== "") return { exitCode: 1, error: wrong };
  const input = plainNumbers(request.input);
  const flags = raw ? ["-S", "-r", "-c"] : ["-S", "--indent", "4"];
  const jq = await (loading ??= loadJq());
  const run = (text: string) => {
    const printed = jq.raw(input, text, flags);
    return printed === undefined || raw ? printed : plainLiterals(printed);
  };
  const notes: string[] = [];
  // Where the library puts what a successful program wrote to stderr.
  console.warn = (...parts) => notes.push(String(parts.at(-1)));
  try {
    await print(io, run(program));
    for (const note of notes) await io.write("stderr", `${note}\n`);
    return { exitCode: 0, error: "" };
  } catch (thrown) {
    const error = thrown as JqError;
    if (error.exitCode === undefined) {
      // It broke down: nobody knows what is left of it.
      io.retire();
      if (thrown instanceof TooMuch) {
        return { exitCode: 1, error: `The jq program failed: ${thrown.message}` };
      }
      throw new Error(`jq broke down: ${error.message}`);
    }
    // A second run without the error brings back what came before it.
    const message = explain(error);
    if (error.exitCode === 5) {
      await print(io, partial(run, program));
      await io.write("stderr", `${message}\n`);
    }
    return { exitCode: error.exitCode, error: message };
  }
}

function partial(run: (program: string) => string | undefined, program: string): string | undefined {
  try {
    return run(`try (${program}\n) catch empty`);
  } catch {
    return undefined;
  }
}

async function print(io: SandboxIo, text: string | undefined): Promise<void> {
  for (let at = 0; text !== undefined && at < text.length;) {
    let end = Math.min(text.length, at + PIECE);
    // Not between the two halves of one character.
    if (/[\ud800-\udbff]/.test(text[end - 1]!)) end++;
    await io.write("stdout", text.slice(at, end));
    at = end;
  }
  if (text && !text.endsWith("\n")) await io.write("stdout", "\n");
}

/** What is wrong with an input, "" when it is one JSON value. */
function invalid(input: string): string {
  if (input.trim() === "") {
    return "Cannot run jq: the script of the step is empty, it is to be the JSON input";
  }
  try {
    JSON.parse(input);
    return "";
  } catch (error) {
    return `Cannot run jq: the input is not one valid JSON value: ${messageOf(error)}`;
  }
}

function explain({ stderr, message, exitCode }: JqError): string {
  const text = (stderr || message).replaceAll(/^jq: error(?: \(at [^)]*\))?:? ?/gm, "")
    .replace(/\n?jq: \d+ compile errors?$/, "").trim();
  return exitCode === 3 ? `The jq program is not valid: ${text}` : `The jq program failed: ${text}`;
}

serveSandbox(handle);
