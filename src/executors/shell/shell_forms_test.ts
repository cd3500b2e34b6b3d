import { assertEquals } from "../../../tests/assert.ts";
import { fileArguments, scriptEnding, shellKind, textArguments } from "./shell_forms.ts";
import { interpreterName, shebang } from "./shebang.ts";

const none = { packages: [], keep: [] };
const shell = (program: string, ...args: string[]) => ({ program, args });

Deno.test("texts", () => {
  assertEquals(textArguments(shell("/bin/bash", "-e"), "x", none), ["-e", "-c", "x"]);
  assertEquals(textArguments(shell("bash", "-c"), "x", none), ["-c", "x"]);
  assertEquals(textArguments(shell("python3", "-u"), "x", none), ["-u", "-c", "x"]);
  assertEquals(textArguments(shell("cmd.exe"), "x", none), ["/c", "x"]);
  assertEquals(textArguments(shell("pwsh", "-noprofile"), "x", none), [
    "-noprofile",
    "-NonInteractive",
    "-Command",
    "x",
  ]);
  const nix = { packages: ["jq", "curl"], keep: ["A"] };
  assertEquals(textArguments(shell("nix-shell"), "x", nix), [
    ..."-p jq -p curl --pure --keep A --run x".split(" "),
  ]);
  assertEquals(textArguments(shell("nix-shell", "--impure"), "x", none), ["--impure", "--run", "x"]);
});

Deno.test("files", () => {
  assertEquals(fileArguments(shell("sh", "-e"), "/f", none), ["-e", "/f"]);
  assertEquals(fileArguments(shell("bash", "-c", "-e"), "/f", none), ["-e", "/f"]);
  assertEquals(fileArguments(shell("fish"), "/f", none), ["/f"]);
  assertEquals(fileArguments(shell("cmd"), "/f", none), ["/c", "/f"]);
  assertEquals(fileArguments(shell("pwsh"), "/f", none).slice(-2), ["-File", "/f"]);
  assertEquals(fileArguments(shell("nix-shell"), "/it's", none).at(-1), "bash '/it'\\''s'");
  assertEquals(
    ["zsh", "pwsh", "cmd", "python3", "direct"].map((name) => scriptEnding(shellKind(name))),
    [".sh", ".ps1", ".bat", "", ""],
  );
});

Deno.test("interpreters of scripts", () => {
  assertEquals(shebang("#! /bin/sh -e -u\r\nx"), { program: "/bin/sh", args: ["-e", "-u"] });
  assertEquals(shebang("# no"), null);
  assertEquals(shebang("#!\n"), null);
  assertEquals(interpreterName("/usr/bin/env", ["-S", "A=b", "deno", "run"]), "deno");
  assertEquals(interpreterName("/bin/bash", []), "/bin/bash");
});
