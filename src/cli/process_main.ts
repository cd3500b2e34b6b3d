/** The command line of this process: real console, environment, configuration and application. */
import { osEnv } from "../platform/os_env.ts";
import { isTerminal, readLine, terminalSize, writeText } from "../platform/stdio.ts";
import type { Command, Console } from "./command.ts";
import { main } from "./main.ts";

/** @returns the exit code. */
export function processMain(args: readonly string[], cwd: string): Promise<number> {
  const env = osEnv();
  return main(args, {
    console: processConsole(env),
    env,
    cwd,
    async loadConfig(command, flags) {
      const { loadConfig } = await import("../config/load.ts");
      const config = await loadConfig({
        configFile: flags.config,
        daguHome: flags["dagu-home"],
        flags: settingsOf(command, flags),
        env,
        cwd,
        scopes: command.scopes,
      });
      if (config.tz !== "") (await import("../platform/time/time_zone.ts")).setTimeZone(config.tz);
      return config;
    },
    async loadApp(config) {
      return (await import("../app/create_app.ts")).createApp(config);
    },
  });
}

function settingsOf(command: Command, flags: Readonly<Record<string, unknown>>): Record<string, string> {
  const given = Object.entries(command.settings ?? {}).map(([flag, key]) => [key, String(flags[flag] || "")]);
  return Object.fromEntries(given.filter(([, value]) => value !== ""));
}

/** The console of this process. Whether there is a terminal is asked only when someone needs to know. */
function processConsole(env: Readonly<Record<string, string>>): Console {
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
    rows: () => isTerminal("stdout") ? terminalSize().rows : 0,
    get colour() {
      return (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb" && isTerminal("stdout");
    },
    now: () => Date.now(),
  };
}
