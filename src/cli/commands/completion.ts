import { isDefinitionFile, withoutEnding } from "../../core/definition_file.ts";
import { DaguError } from "../../core/errors.ts";
import { listFolderSync } from "../../platform/folders/list_folder.ts";
import { defineCommand } from "../command.ts";

const SHELLS = ["bash", "zsh", "fish", "powershell"];

export const command = defineCommand({
  usage: "<bash|zsh|fish|powershell>",
  about: `Prints a script that completes commands, flags and names of DAGs.

    bash: source <(dagu completion bash) in ~/.bashrc. zsh: dagu completion zsh > a file "_dagu" in a folder of $fpath.
    fish: dagu completion fish > ~/.config/fish/completions/dagu.fish. PowerShell: dagu completion powershell |
    Out-String | Invoke-Expression in $PROFILE.`,
  examples: ["source <(dagu completion bash)"],
  flags: [{ name: "dags", kind: "bool", doc: "Print the names of the DAGs", hidden: true }],
  args: { min: 0, max: 1, what: `one of ${SHELLS.join(", ")}` },
  rest: "",
  completes: SHELLS,
  scopes: ["core"],
  async run(call) {
    if (call.flags.dags) {
      const { paths } = await call.config();
      const names = listFolderSync(paths.dagsDir)
        .filter(isDefinitionFile).map(withoutEnding)
        .filter((name) => /^[A-Za-z0-9_.-]+$/.test(name));
      call.console.out([...new Set(names)].sort().map((name) => `${name}\n`).join(""));
      return 0;
    }
    const shell = call.args[0] ?? "";
    if (!SHELLS.includes(shell)) {
      throw new DaguError(`Cannot complete for the shell "${shell}": expected ${SHELLS.join(", ")}`);
    }
    const { completionScript } = await import("../text/completion_scripts.ts");
    call.console.out(await completionScript(shell, call.commands));
    return 0;
  },
});
