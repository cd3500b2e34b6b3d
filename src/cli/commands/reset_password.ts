import { defineCommand } from "../command.ts";

export const command = defineCommand({
  usage: "<name>",
  about:
    `Gives an account of the server a password that is good for one login, and ends its logins. The password is
    written to a file that only its owner may read; the name of the file is printed. Servers need not be stopped.`,
  examples: ["dagu reset-password admin"],
  flags: [],
  args: { min: 1, max: 1, what: "the name of an account" },
  rest: "",
  completes: "",
  scopes: ["core", "server"],
  async run(call) {
    const app = await call.app();
    const file = await app.resetPassword(call.args[0]!);
    call.console.out(`The password for one login is in ${file}\n`);
    return 0;
  },
});
