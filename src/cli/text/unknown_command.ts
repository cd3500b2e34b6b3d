import { suggest } from "../../core/text/suggest.ts";
import type { CommandRow } from "../command.ts";

/** What to say about a command that does not exist. */
export function unknownCommand(name: string, commands: readonly CommandRow[]): string {
  const near = suggest(name, commands.filter((row) => !row.hidden).map((row) => row.name));
  const hint = near === "" ? `"dagu help" lists the commands` : `did you mean "${near}"?`;
  return `Unknown command "${name}": ${hint}`;
}
