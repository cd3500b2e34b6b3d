/** What `deploy/` says is known to the program, and to systemd. */
import { COMMANDS } from "../src/cli/commands.ts";
import { type FlagSpec, parseFlags } from "../src/cli/flags/flags.ts";
import { GLOBAL_FLAGS } from "../src/cli/command.ts";
import type { KeySpec } from "../src/config/key_spec.ts";
import { KEYS } from "../src/config/keys.ts";
import { assert, assertEquals } from "./assert.ts";
import { testNeeding, which } from "./needs.ts";

const DEPLOY = new URL("../deploy/", import.meta.url);
const UNITS = [...Deno.readDirSync(new URL("systemd/", DEPLOY))].map(({ name }) => name).sort();
const unit = (name: string) => Deno.readTextFileSync(new URL(`systemd/${name}`, DEPLOY));

/** @throws when the program does not know the command or one of its flags */
async function checkCommand(words: readonly string[], place: string): Promise<void> {
  const row = COMMANDS.find((one) => one.name === words[0]);
  assert(row !== undefined, `${place}: there is no command "${words[0]}"`);
  const { command } = await row.load();
  const { positionals } = parseFlags(
    [...command.flags, ...GLOBAL_FLAGS] as readonly FlagSpec[],
    words.slice(1),
  );
  assert(positionals.length >= command.args.min && positionals.length <= command.args.max, place);
}

function checkVariables(text: string, place: string): void {
  const known = new Set(["DAGU_HOME", ...(KEYS as readonly KeySpec[]).flatMap(({ env }) => env)]);
  for (const [name] of text.matchAll(/\bDAGU_[A-Z_]+\b/g)) {
    assert(known.has(name), `${place}: nobody reads ${name}`);
  }
}

Deno.test("deploy: commands, flags and variables of the units exist", async () => {
  assertEquals(UNITS, ["dagu-coordinator.service", "dagu-worker.service", "dagu.service"]);
  for (const name of UNITS) {
    const text = unit(name);
    const [, line] = /^ExecStart=\/usr\/local\/bin\/dagu (.*)$/m.exec(text)!;
    await checkCommand(line!.split(" "), name);
    checkVariables(text, name);
    for (
      const word of [
        "NoNewPrivileges=yes",
        "PrivateTmp=yes",
        "ProtectSystem=strict",
        "UMask=0077",
        "User=dagu",
      ]
    ) {
      assert(text.includes(`\n${word}\n`), `${name}: ${word}`);
    }
  }
});

Deno.test("deploy: commands and variables of the containers exist", async () => {
  for (const name of ["compose.yaml", "Dockerfile"]) {
    const text = Deno.readTextFileSync(new URL(name, DEPLOY));
    checkVariables(text, name);
    for (const [, words] of text.matchAll(/^\s*(?:command:|CMD) (\[".*\])$/gm)) {
      await checkCommand(JSON.parse(words!), `${name}: ${words}`);
    }
    for (const [, words] of text.matchAll(/^\s*test: \["CMD", "dagu", (.*)\]$/gm)) {
      await checkCommand(JSON.parse(`[${words}]`), `${name}: ${words}`);
    }
  }
});

testNeeding({
  name: "deploy: systemd takes the units",
  needs: ["systemd-analyze"],
  fn: async () => {
    const folder = await Deno.makeTempDir();
    try {
      for (const name of UNITS) {
        // Neither the program nor its user is on this machine.
        const text = unit(name).replaceAll("/usr/local/bin/dagu", "/bin/true").replace(
          /^(User|Group)=.*$/gm,
          "$1=root",
        );
        await Deno.writeTextFile(`${folder}/${name}`, text);
        const { success, stdout, stderr } = await new Deno.Command(which("systemd-analyze"), {
          args: ["verify", `${folder}/${name}`],
        }).output();
        const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
        const about = said.split("\n").filter((line) => line.includes(name));
        assertEquals([success, about], [true, []], said);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
