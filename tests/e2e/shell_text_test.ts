/** Runs prepared commands with real shells: every value must arrive byte for byte, none may be run. */
import { Random } from "../fakes/random.ts";
import { assertEquals } from "../assert.ts";
import { Scope } from "../../src/eval/scope.ts";
import { prepareShellText } from "../../src/eval/shell_text.ts";

const VALUES = [
  "plain",
  "two words",
  "a'b\"c",
  "$(touch pwned) `touch pwned`",
  "; touch pwned #",
  "line one\nline two\n\nEOF\nend",
  "* ? [a] ~",
  "-n --flag",
  "$HOME ${PATH} $1 \\ \\\\ \\n",
  "日本 é 😀",
  "'\"'\"'; touch pwned; '",
  "${X:-`touch pwned`}",
  "' && touch pwned && echo '",
  '" ; touch pwned ; "',
  "\t tab \r",
  "",
];

/** Text around one reference, and what the program must receive for the value. */
const PLACES: { text: string; seen(value: string): string }[] = [
  { text: 'printf "%s" "${X}"', seen: (v) => v },
  { text: 'printf "%s" "a ${X} b"', seen: (v) => `a ${v} b` },
  { text: "printf '%s' 'a ${X} b'", seen: (v) => `a ${v} b` },
  { text: "printf '%s' 'a '\\''${X}'\\'' b'", seen: () => "a '${X}' b" },
  { text: 'printf "%s" "${J.v}"', seen: (v) => v },
  { text: "printf '%s' '${J.v}'", seen: (v) => v },
  { text: "printf '%s' '[${J.v}]'", seen: (v) => `[${v}]` },
  { text: "printf '%s' '{\"k\":\"${X}\"}'", seen: (v) => JSON.stringify({ k: v }) },
  { text: 'printf "%s" "$1|${1}"', seen: (v) => `${v}|${v}` },
  { text: 'f() { printf "%s" "$1"; }; f fixed; printf "%s" "$1"', seen: (v) => `fixed${v}` },
  { text: 'sh -c \'printf "%s" "${X} ${J.v}"\'', seen: (v) => `${v} ${v}` },
  { text: `sh -c "printf '%s' \\"\${J.v}\\""`, seen: (v) => v },
  { text: "cat <<EOF\n[${X}]${J.v}\nEOF\n", seen: (v) => `[${v}]${v}\n` },
  { text: 'cat <<EOF\n{"k": "${X}"}\nEOF\n', seen: (v) => `{"k": ${JSON.stringify(v)}}\n` },
  { text: "sh <<'END'\nprintf '%s' \"${X}\"\nEND\n", seen: (v) => v },
  { text: "cat <<'END' | sh\nprintf '%s' \"${X}\"\nEND\n", seen: (v) => v },
  { text: 'printf "%s" "$(printf "%s" "${X}.")"', seen: (v) => `${v}.` },
  { text: 'printf "%s" "`printf "%s" "${J.v}."`"', seen: (v) => `${v}.` },
  {
    text: 'sudo() { env -i PATH="$PATH" "$@"; }\nsudo sh -c \'printf "%s" "${X} ${J.v}"\'',
    seen: (v) => `${v} ${v}`,
  },
  { text: 'ssh() { shift; env -i PATH="$PATH" sh -c "$*"; }\nssh h \'printf "%s" "${X}"\'', seen: (v) => v },
  { text: 'ssh() { shift; env -i PATH="$PATH" sh -c "$*"; }\nssh h \'printf %s ${X}\'', seen: (v) => v },
  {
    text: "ssh() { env -i PATH=\"$PATH\" sh; }\nssh h <<'END'\nprintf '%s' \"${X}${J.v}\"\nEND\n",
    seen: (v) => v + v,
  },
];

function scopeFor(value: string): Scope {
  return new Scope({
    params: new Map([["1", value], ["X", value]]),
    dagEnv: new Map([["J", JSON.stringify({ v: value })]]),
  });
}

async function run(shell: string, text: string, scope: Scope, cwd: string): Promise<string> {
  const prepared = prepareShellText(text, scope, "posix");
  const { env } = scope.environment();
  delete env["1"];
  const output = await new Deno.Command(shell, {
    args: ["-e", "-c", prepared.text],
    env: { PATH: "/usr/local/bin:/usr/bin:/bin", ...env, ...prepared.env },
    clearEnv: true,
    cwd,
    stdin: "null",
  }).output();
  const errors = new TextDecoder().decode(output.stderr);
  return new TextDecoder().decode(output.stdout) + (output.success ? "" : `!${output.code} ${errors}`);
}

for (const shell of ["sh", "bash"]) {
  Deno.test(`values arrive byte for byte in ${shell}`, async () => {
    const cwd = await Deno.makeTempDir();
    try {
      for (const place of PLACES) {
        for (const value of VALUES) {
          const seen = await run(shell, place.text, scopeFor(value), cwd);
          assertEquals(seen, place.seen(value), `${place.text} with ${JSON.stringify(value)}`);
        }
      }
      assertEquals([...Deno.readDirSync(cwd)].map((entry) => entry.name), []);
    } finally {
      await Deno.remove(cwd, { recursive: true });
    }
  });
}

Deno.test("random texts never run a value", async () => {
  const cwd = await Deno.makeTempDir();
  const pieces = [
    "${X}",
    "$X",
    "${J.v}",
    "$J.v",
    "'",
    '"',
    " ",
    "echo ",
    "$(",
    ")",
    "`",
    "\\",
    "\n",
    ";",
    "<<E\n",
    "<<'E'\n",
    "\nE\n",
    "# ",
    "${X:-",
    "}",
    "{",
    "a",
    "sh -c ",
    "$1",
    "(",
    "case a in ",
    "a)",
    ";;",
    "esac",
    "$((",
    "))",
    "$'",
    "<(",
    "&&",
    "|",
  ];
  const random = new Random(20310517);
  const next = (n: number) => random.below(n);
  const values = VALUES.filter((value) => value.includes("pwned"));
  try {
    const texts = Array.from({ length: 2000 }, () => {
      const text = Array.from({ length: 1 + next(14) }, () => pieces[next(pieces.length)]).join("");
      return { text, value: values[next(values.length)] };
      // Where the text itself has the shell run what it printed or read, a value may be run: that is its meaning.
    }).filter(({ text }) => !/sh -c|\$\(|`|<\(/.test(text.replace(/\$\(\(/g, "")));
    // A command word may be a value, but none of the values names a program.
    for (const { text, value } of texts) {
      const prepared = prepareShellText(text, scopeFor(value), "posix");
      const child = new Deno.Command("sh", {
        args: ["-c", prepared.text],
        env: { PATH: "/usr/bin:/bin", X: value, ...prepared.env },
        clearEnv: true,
        cwd,
        stdin: "null",
        stdout: "null",
        stderr: "null",
      });
      await child.output();
      const files = [...Deno.readDirSync(cwd)].map((entry) => entry.name).filter((name) => name === "pwned");
      assertEquals(
        files,
        [],
        `${JSON.stringify(text)} with ${JSON.stringify(value)} became ${JSON.stringify(prepared.text)}`,
      );
    }
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
});
