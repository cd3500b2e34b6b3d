/** The command line of this process: real console, environment, configuration and application. */
import { osEnv } from "../platform/os_env.ts";
import { processConsole } from "./console.ts";
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
        flags: {},
        env,
        cwd,
        scopes: command.scopes,
      });
      if (config.tz !== "") (await import("../platform/time_zone.ts")).setTimeZone(config.tz);
      return config;
    },
    async loadApp(config) {
      return (await import("../app/app.ts")).createApp(config);
    },
  });
}
