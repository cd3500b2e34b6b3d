import type { Config } from "../../config/config.ts";

/** File of a password that is good for one login. */
export function oneTimeFile(config: Config, username: string): string {
  return `${config.paths.dataDir}/auth/one-time-password-${username.replace(/[^A-Za-z0-9_-]/g, "_")}`;
}
