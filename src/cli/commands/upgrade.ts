import { VERSION } from "../../core/version.ts";
import { defineCommand } from "../command.ts";

export const command = defineCommand({
  usage: "",
  about:
    `Looks at the data of the home: its format against the one that this program writes, and whether runs and
    definitions can be read. Without --check what has to be done is done; --check only says it. The exit code is 1
    when something cannot be read. Data of Dagu 1.30 needs no change, and Dagu goes on reading the history.`,
  examples: ["dagu upgrade --check", "dagu upgrade"],
  flags: [{ name: "check", kind: "bool", doc: "Change nothing" }],
  args: { min: 0, max: 0, what: "no argument" },
  rest: "",
  completes: "",
  scopes: ["core"],
  async run(call) {
    const { console, flags } = call;
    const { upgradeHome } = await import("../../app/upgrade_home.ts");
    const { found, format, step, findings } = await upgradeHome(await call.config(), flags.check);
    const wrong = findings.filter(({ level }) => level === "warning" || level === "error");
    if (!flags.quiet) {
      console.out(`Format of the data: ${found}\nThis program: version ${VERSION}, format ${format}\n`);
      for (const { message } of findings.filter(({ level }) => level === "ok")) console.out(`${message}\n`);
    }
    for (const { message, advice } of wrong) console.out(`${message}\n  ${advice}\n`);
    if (step !== "") console.out(`${flags.check ? "To be done" : "Done"}: ${step}\n`);
    else if (!flags.quiet) console.out("Nothing to be done\n");
    return wrong.length > 0 ? 1 : 0;
  },
});
