/** The fields of a step. */
import { STEP_WORDS } from "./foreign_words.ts";
import { PERMISSIONS } from "../parts/permission_decl.ts";
import {
  CONDITIONS,
  CONTINUE_ON,
  EXEC,
  EXECUTOR,
  OUTPUT,
  PARALLEL,
  REPEAT,
  RETRY,
  SECONDS,
} from "./policy_tables.ts";
import { CONTAINER_SHAPE, ENV, LLM, MESSAGE } from "./service_tables.ts";
import { ANY, BOOL, either, list, map, object, SCALAR, type Shape, type Table, TEXT } from "../shape.ts";

export const SHELL_SHAPE: Shape = either(TEXT, list(SCALAR));
export const LOG_OUTPUT: Shape = { kind: "word", words: ["separate", "merged"], fold: true };

export const STEP: Table = {
  name: "step",
  doc: "a step",
  foreign: STEP_WORDS,
  fields: () => [
    { name: "name", shape: TEXT, doc: "Unique name of at most 40 characters; made up when left out." },
    { name: "id", shape: TEXT, doc: "Short name for references such as `${id.stdout}`." },
    { name: "description", shape: TEXT, doc: "Free text." },
    {
      name: "command",
      shape: either(TEXT, list(SCALAR)),
      doc: "Command line, or several that run one after the other; a text of several lines is a script.",
    },
    { name: "script", shape: TEXT, doc: "Script for the shell, or for `command` when that is given." },
    { name: "exec", shape: object(EXEC), doc: "Program and arguments, without a shell." },
    { name: "shell", shape: SHELL_SHAPE, doc: "Shell and its arguments; `direct` means none." },
    { name: "shellPackages", shape: list(TEXT), doc: "Packages for nix-shell." },
    { name: "workingDir", aliases: ["dir"], shape: TEXT, doc: "Folder in which the step runs." },
    { name: "env", shape: ENV, doc: "Environment of the step." },
    { name: "stdout", shape: TEXT, doc: "File that gets a copy of stdout." },
    { name: "stderr", shape: TEXT, doc: "File that gets a copy of stderr." },
    { name: "logOutput", shape: LOG_OUTPUT, doc: "One log for stdout and stderr, or two." },
    {
      name: "output",
      shape: either(TEXT, object(OUTPUT)),
      doc: "Variable that receives stdout of the step.",
    },
    {
      name: "depends",
      shape: either(TEXT, list(SCALAR)),
      doc: "Names or ids of the steps that must end before; [] means none.",
    },
    {
      name: "continueOn",
      shape: either({ kind: "word", words: ["failed", "skipped"], fold: true }, object(CONTINUE_ON)),
      doc: "When the run goes on although the step did not succeed.",
    },
    { name: "retryPolicy", shape: object(RETRY), doc: "Tries after a failure." },
    { name: "repeatPolicy", shape: object(REPEAT), doc: "Repetition of the step." },
    { name: "precondition", shape: CONDITIONS, doc: "Same as `preconditions`; both are joined." },
    { name: "preconditions", shape: CONDITIONS, doc: "The step is skipped unless all are met." },
    { name: "mailOnError", shape: BOOL, default: false, doc: "Mail when the step fails." },
    { name: "signalOnStop", shape: TEXT, default: "SIGTERM", doc: "Signal that stops the step." },
    { name: "timeoutSec", shape: SECONDS, default: 0, doc: "Time limit in seconds; 0 means none." },
    { name: "call", aliases: ["run"], shape: TEXT, doc: "DAG to run as this step." },
    {
      name: "params",
      shape: either(TEXT, list(either(map(ANY), SCALAR)), map(ANY)),
      doc: "Parameters of the called DAG, or inputs of an action.",
    },
    {
      name: "parallel",
      shape: either(TEXT, list(ANY), object(PARALLEL)),
      doc: "Items: the called DAG runs once for each of them.",
    },
    { name: "workerSelector", shape: map(TEXT), doc: "Labels that a worker must have." },
    { name: "permissions", shape: object(PERMISSIONS), doc: "What the step may touch at most." },
    { name: "container", shape: CONTAINER_SHAPE, doc: "Container in which the step runs." },
    { name: "type", shape: TEXT, doc: "Kind of the step; found out from the other fields when left out." },
    { name: "config", aliases: ["with"], shape: map(ANY), doc: "Settings of that kind of step." },
    { name: "executor", shape: either(TEXT, object(EXECUTOR)), doc: "Older form of `type` and `config`." },
    { name: "llm", shape: object(LLM), doc: "Model of a chat step." },
    { name: "messages", shape: list(object(MESSAGE)), doc: "Messages of a chat step." },
  ],
};
