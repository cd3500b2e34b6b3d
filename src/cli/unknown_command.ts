import { COMMANDS } from "./commands.ts";
import { suggest } from "../core/suggest.ts";

/** What to say about a command that does not exist. */
export function unknownCommand(name: string): string {
  const near = suggest(name, COMMANDS.filter((row) => !row.hidden).map((row) => row.name));
  const hint = near === "" ? `"dagu help" lists the commands` : `did you mean "${near}"?`;
  return `Unknown command "${name}": ${hint}`;
}
