import type { NewHome } from "../../app/home/init_home.ts";
import { quoteWord } from "../../core/text/quote_word.ts";
import { type Call, defineCommand } from "../command.ts";
import type { FlagSpec } from "../flags/flags.ts";

export const command = defineCommand({
  usage: "",
  about:
    `Makes what a new home needs: config.yaml, in which every line is a comment, and a first DAG. What is there
    already stays as it is. The home is --dagu-home, else DAGU_HOME, else the folders of the user.`,
  examples: ["dagu init", "dagu init --dagu-home ~/flows"],
  flags: [],
  args: { min: 0, max: 0, what: "no argument" },
  rest: "",
  completes: "",
  scopes: ["core", "server"],
  async run(call) {
    const config = await call.config();
    const { initHome } = await import("../../app/home/init_home.ts");
    const home = initHome(config);
    call.console.out(home.made.map((path) => `Made  ${path}\n`).join(""));
    call.console.out(home.kept.map((path) => `Kept  ${path}\n`).join(""));
    const page = `http://${config.host}:${config.port}${config.basePath}/`;
    if (!call.flags.quiet) call.console.out(nextSteps(home, page, homeWords(call, config.layout.home)));
    return 0;
  },
});

/** A word for a shell, quoted only where it has to be. */
function word(text: string): string {
  return /^[\w./~@:-]+$/.test(text) ? text : quoteWord(text);
}

/** Tells a shell where the home is, when the call said so by a flag only. */
function homeWords(call: Call<readonly FlagSpec[]>, home: string): string {
  return call.given.has("dagu-home") ? `export DAGU_HOME=${word(home)}` : "";
}

function nextSteps({ dag, first, username, passwordFile }: NewHome, page: string, home: string): string {
  const steps: [string, string][] = [];
  if (home !== "") steps.push([home, "this home, in further commands of this shell"]);
  steps.push([`dagu start ${word(dag)}`, "run it"]);
  if (first) steps.push([`dagu start ${word(dag)} -- WHO=Ada`, "with a parameter"]);
  steps.push(["dagu start-all", `page at ${page}, API and schedules`]);
  if (passwordFile !== "") {
    steps.push([`cat ${word(passwordFile)}`, `password of ${username}, made by it`]);
  }
  const width = Math.max(...steps.map(([command]) => command.length).filter((length) => length < 50));
  return `\nNext:\n${steps.map(([command, what]) => `  ${command.padEnd(width)}  # ${what}\n`).join("")}`;
}
