import { assert, assertEquals, assertMatch } from "../../../tests/assert.ts";
import { testNeeding } from "../../../tests/needs.ts";
import { fakeConfig, play } from "../../../tests/support/cli_fakes.ts";
import { COMMANDS } from "../commands.ts";

async function check(shell: string, args: readonly string[]): Promise<string> {
  const { out } = await play(["completion", shell]);
  const dir = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${dir}/script`, out);
    const { stdout, stderr } = await new Deno.Command(shell, {
      args: [...args, `${dir}/script`],
      env: { HOME: dir },
    }).output();
    assertEquals(new TextDecoder().decode(stderr), "");
    return new TextDecoder().decode(stdout);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

for (const shell of ["bash", "zsh", "fish"] as const) {
  testNeeding({
    name: `completion: the script for ${shell} is one`,
    needs: [shell],
    fn: async () => void await check(shell, ["-n"]),
  });
}

testNeeding({
  name: "completion: bash offers commands, flags, choices and names of DAGs",
  needs: ["bash"],
  async fn() {
    const offered = async (words: string) => {
      const program = `
        dagu() { printf 'etl\\nbackup\\n'; }
        . "$0"
        COMP_WORDS=(${words}) COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)) COMPREPLY=()
        _dagu dagu; printf '%s\\n' "\${COMPREPLY[@]}"`;
      return (await check("bash", ["-c", program])).trim().split("\n");
    };
    assertEquals(await offered("dagu stat"), ["status"]);
    assertEquals(await offered("dagu start e"), ["etl"]);
    assertEquals(await offered("dagu start --fr"), ["--from-run-id"]);
    assertEquals(await offered("dagu -c f.yaml hist"), ["history"]);
    assertEquals(await offered("dagu history --format c"), ["csv"]);
    assertEquals(await offered("dagu schema ''"), ["dag", "config"]);
  },
});

testNeeding({
  name: "completion: fish offers commands, flags and choices",
  needs: ["fish"],
  async fn() {
    const offered = async (line: string) => {
      const text = await check("fish", ["-c", `function dagu; end; source $argv[1]; complete -C '${line}'`]);
      return text.trim().split("\n").map((row) => row.split("\t")[0]);
    };
    assertEquals(await offered("dagu stat"), ["status"]);
    assertEquals(await offered("dagu start --fr"), ["--from-run-id"]);
    assertEquals(await offered("dagu history --format "), ["csv", "json", "table"]);
    assertEquals(await offered("dagu --da"), ["--dagu-home"]);
  },
});

Deno.test("completion: every command is in every script", async () => {
  for (const shell of ["bash", "zsh", "fish", "powershell"]) {
    const { out } = await play(["completion", shell]);
    for (const row of COMMANDS.filter(({ hidden }) => !hidden)) {
      assertMatch(out, new RegExp(`\\b${row.name}\\b`), shell);
    }
    assert(!out.includes("worker-id"), "hidden flags are not offered");
  }
  assertMatch((await play(["completion", "tcsh"])).err, /"tcsh": expected bash, zsh, fish, powershell$/m);
});

Deno.test("completion: names of DAGs come from the folder", async () => {
  const dir = await Deno.makeTempDir();
  try {
    for (const file of ["b.yaml", "a.yml", "a.yaml", "note.txt", "sp ace.yaml"]) {
      await Deno.writeTextFile(`${dir}/${file}`, "");
    }
    const loadConfig = () => Promise.resolve(fakeConfig({ DAGU_DAGS_DIR: dir }));
    assertEquals((await play(["completion", "--dags"], { loadConfig })).out, "a\nb\n");
    const none = () => Promise.resolve(fakeConfig({ DAGU_DAGS_DIR: `${dir}/none` }));
    assertEquals((await play(["completion", "--dags"], { loadConfig: none })).out, "");
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
