import { isTerminal, readLine, terminalSize, writeText } from "../platform/stdio.ts";
import type { Console } from "./command.ts";

/** The console of this process. Whether there is a terminal is asked only when someone needs to know. */
export function processConsole(env: Readonly<Record<string, string>>): Console {
  return {
    out: (text) => writeText("stdout", text),
    err: (text) => writeText("stderr", text),
    ask: readLine,
    get outIsTerminal() {
      return isTerminal("stdout");
    },
    get errIsTerminal() {
      return isTerminal("stderr");
    },
    columns: () => isTerminal("stdout") ? terminalSize().columns : 0,
    get colour() {
      return (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb" && isTerminal("stdout");
    },
    now: () => Date.now(),
  };
}
