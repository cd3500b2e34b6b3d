import { DaguError } from "../../core/errors.ts";
import { defineCommand } from "../command.ts";
import { commandHelp, programHelp } from "../text/help_text.ts";
import { unknownCommand } from "../text/unknown_command.ts";

export const command = defineCommand({
  usage: "[command]",
  about: "",
  examples: [],
  flags: [],
  args: { min: 0, max: 1, what: "a command" },
  rest: "",
  completes: "commands",
  scopes: [],
  async run(call) {
    const [name] = call.args;
    if (name === undefined) {
      call.console.out(programHelp(call.commands));
      return 0;
    }
    const row = call.commands.find((one) => one.name === name);
    if (!row) throw new DaguError(unknownCommand(name, call.commands));
    call.console.out(commandHelp(row, (await row.load()).command));
    return 0;
  },
});
