import { COMMANDS } from "./commands.ts";
import { nearest } from "./nearest.ts";

/** What to say about a command that does not exist. */
export function unknownCommand(name: string): string {
  const near = nearest(name, COMMANDS.map((row) => row.name));
  const hint = near === "" ? `"dagu help" lists the commands` : `did you mean "${near}"?`;
  return `Unknown command "${name}": ${hint}`;
}
