import { VERSION } from "../../core/version.ts";
import { defineCommand } from "../command.ts";

export const command = defineCommand({
  usage: "",
  about: "",
  examples: [],
  flags: [],
  args: { min: 0, max: 0, what: "no argument" },
  rest: "",
  completes: "",
  scopes: [],
  run(call) {
    call.console.out(`${VERSION}\n`);
    return Promise.resolve(0);
  },
});
