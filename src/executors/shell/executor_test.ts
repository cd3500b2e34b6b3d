import { assert, assertEquals, assertMatch } from "../../../tests/assert.ts";
import { commands, inStepPlace, runStep, startStep } from "../../../tests/support/shell_step.ts";

const scriptsLeft = (folder: string) => [...Deno.readDirSync(folder)].map((entry) => entry.name);

for (const direct of [true, false]) {
  const way = direct ? "by descriptor" : "through the log";

  Deno.test(
    `a command runs in the shell with -e, ${way}`,
    inStepPlace(async (place) => {
      const step = commands("pwd; echo err >&2; echo a | tr a b; false; echo never");
      const result = await runStep(place, step, { direct });
      assertEquals(result, {
        exitCode: 1,
        error: "exit status 1\nrecent stderr (tail):\nerr\n",
        stdout: `${place.workingDir}\nb\n`,
        stderr: "err\n",
      });
    }),
  );

  Deno.test(
    `a list of commands stops at the first failure, ${way}`,
    inStepPlace(async (place) => {
      const step = commands(
        "echo one; X=1; echo old >&2",
        "echo two [$X]; echo new >&2; exit 5",
        "echo three",
      );
      const result = await runStep(place, step, { direct });
      assertEquals(result.exitCode, 5);
      assertEquals(result.error, "command 2 failed: exit status 5\nrecent stderr (tail):\nnew\n");
      assertEquals(result.stdout, "one\ntwo []\n");
      assertEquals(result.stderr, "old\nnew\n");
    }),
  );

  Deno.test(
    `merged streams stand in one file, ${way}`,
    inStepPlace(async (place) => {
      const result = await runStep(place, commands("echo 1; sleep 0.01; echo 2 >&2; exit 3"), {
        direct,
        merged: true,
      });
      assertEquals(result.stdout.split("\n").sort(), ["", "1", "2"]);
      assertEquals(result.stderr, "");
      assertMatch(result.error, /^exit status 3\nrecent stderr/);
    }),
  );
}

Deno.test(
  "values are data, wherever they stand",
  inStepPlace(async (place) => {
    const hostile = `'"; touch pwned; $(touch pwned) \`touch pwned\` * \\ -n\nü`;
    const values = { V: hostile, J: JSON.stringify({ a: { b: hostile } }), "1": hostile };
    const print = `printf '%s\\0' "$V" "\${V}" "\${J.a.b}" "$1"`;
    for (const step of [commands(print), { script: print }, { script: `#!/bin/sh\n${print}` }]) {
      Deno.writeTextFileSync(place.stdout, "");
      const result = await runStep(place, step, { values });
      assertEquals(result.stdout.split("\0"), [hostile, hostile, hostile, hostile, ""]);
      assertEquals(scriptsLeft(place.workingDir), []);
    }
  }),
);

Deno.test(
  "large values reach the commands that refer to them",
  inStepPlace(async (place) => {
    const big = "x".repeat(300_000) + "\n\n";
    const values = { BIG: big, J: JSON.stringify({ big }) };
    const text = 'printf %s "$BIG" | wc -c; printf %s "${J.big}" | wc -c; env | grep -c "^BIG\\|^J=" || true';
    for (const step of [commands(text), { script: text }, { script: `#!/bin/sh\n${text}` }]) {
      Deno.writeTextFileSync(place.stdout, "");
      const result = await runStep(place, step, { values });
      assertEquals(result.stdout, "300002\n300002\n0\n");
      assertEquals(result.error, "");
    }
    const left = scriptsLeft(`${place.scratchDir}/values`);
    assertEquals(left, [], "files for generated variables are removed");
  }),
);

Deno.test(
  "a command text that is too long for an argument still runs",
  inStepPlace(async (place) => {
    const result = await runStep(place, commands(`: ${"ü".repeat(100_000)}\necho done`));
    assertEquals(result.stdout, "done\n");
    assertEquals(scriptsLeft(place.workingDir), []);
  }),
);

Deno.test(
  "a script stands in the working folder while it runs",
  inStepPlace(async (place) => {
    const result = await runStep(place, {
      script:
        'echo "${0%/*}"; ls | grep -c dagu_script; ls -l "$0" | cut -c1-10; echo "[$-]"; false; echo no\n',
    });
    const [folder, count, mode, flags] = result.stdout.split("\n");
    assertEquals([folder, count, mode], [place.workingDir, "1", "-rwx------"]);
    assert(flags.includes("e"));
    assertEquals(result.error, "exit status 1");
    assertEquals(scriptsLeft(place.workingDir), []);
  }),
);

Deno.test(
  "the first line of a script picks the interpreter unless the step names a shell",
  inStepPlace(async (place) => {
    const script = '\n#!/usr/bin/env -S sh -u\necho "[$-]"\nprintf \'%s|\' one "$#"\n';
    const byLine = await runStep(place, { script });
    assertMatch(byLine.stdout, /^\[[^e\]]*u[^e\]]*\]\none\|0\|$/);
    Deno.writeTextFileSync(place.stdout, "");
    const byStep = await runStep(place, { script, shell: { program: "sh", args: [] } });
    assertMatch(byStep.stdout, /^\[[^u\]]*\]\none\|0\|$/);
    const missing = await runStep(place, { script: "#!/no/such/program\n" });
    assertEquals(missing.error, 'Cannot start "/no/such/program": no such file or directory');
    assertEquals(missing.exitCode, 127);
    assertEquals(scriptsLeft(place.workingDir), []);
  }),
);

Deno.test(
  "carriage returns inside a script stay, those at its end go",
  inStepPlace(async (place) => {
    const result = await runStep(place, { script: "echo one\r\necho two\r\n" });
    assertEquals(result.stdout, "one\r\ntwo\n");
  }),
);

Deno.test(
  "a folder that cannot be written sends the script elsewhere",
  inStepPlace(async (place) => {
    const result = await runStep(place, { script: 'echo "${0%/*}"' }, { task: { workingDir: "/proc" } });
    assertEquals(result.stdout, `${place.scratchDir}\n`);
    assertEquals(scriptsLeft(place.scratchDir), []);
  }),
);

Deno.test(
  "a command names the program that gets the script",
  inStepPlace(async (place) => {
    const values = { FLAG: "-x", V: "a b" };
    const result = await runStep(place, { ...commands("sh $FLAG"), script: 'echo "$V"' }, { values });
    assertEquals(result.stdout, "a b\n");
    assertEquals(result.stderr, "+ echo a b\n");
    assertEquals(result.shown, { commands: ["sh -x"], script: 'echo "a b"' });
  }),
);

Deno.test(
  "without a shell words are split first and replaced then",
  inStepPlace(async (place) => {
    const step = { ...commands(`printf %s|  $V "\${V} x" 'two  words' | $UNKNOWN`), shell: direct };
    const result = await runStep(place, step, { values: { V: "a b; c" } });
    assertEquals(result.stdout, "a b; c|a b; c x|two  words|||$UNKNOWN|");
    Deno.writeTextFileSync(place.stdout, "");
    const backtick = await runStep(place, { ...commands("echo `pwd; echo x | tr x y`"), shell: direct });
    assertEquals(backtick.stdout, `${place.workingDir}\ny\n`);
    const missing = await runStep(place, { ...commands("no-such-program x"), shell: direct });
    assertEquals(missing.error, 'Cannot start "no-such-program": executable file not found in PATH');
    const script = await runStep(place, { script: "echo x", shell: direct });
    assertMatch(script.error, /without a shell/);
    const withLine = await runStep(place, { script: "#!/bin/sh\necho by itself", shell: direct });
    assertMatch(withLine.stdout, /by itself\n$/);
  }),
);

const direct = { program: "direct", args: [] };

Deno.test(
  "the exec form passes its arguments as they are",
  inStepPlace(async (place) => {
    const args = ["%s|", "$V", "`x`", "", "a b", "*"];
    const result = await runStep(place, { commands: [{ text: "printf", args }] }, { values: { V: "v" } });
    assertEquals(result.stdout, "$V|`x`||a b|*|");
  }),
);

Deno.test(
  "shells and folders that do not exist are named",
  inStepPlace(async (place) => {
    const shell = { program: "/no/such/shell", args: [] };
    const noShell = await runStep(place, { ...commands("echo"), shell });
    assertEquals([noShell.exitCode, noShell.error], [
      127,
      'Cannot start "/no/such/shell": no such file or directory',
    ]);
    const workingDir = `${place.folder}/gone`;
    const noFolder = await runStep(place, commands("echo"), { task: { workingDir } });
    assertEquals(
      noFolder.error,
      `Cannot start "/bin/sh": its working directory "${workingDir}" does not exist`,
    );
    assertEquals([noFolder.stdout, noFolder.stderr], ["", ""]);
    const inList = await runStep(place, { ...commands("echo", "echo"), shell });
    assertMatch(inList.error, /^command 1 failed: Cannot start/);
  }),
);

Deno.test(
  "the error holds the last 1024 bytes of this execution's stderr, whole characters only",
  inStepPlace(async (place) => {
    Deno.writeTextFileSync(place.stderr, "of an earlier try\n");
    const short = await runStep(place, commands("echo now >&2; exit 2"));
    assertEquals(short.error, "exit status 2\nrecent stderr (tail):\nnow\n");
    const long = await runStep(
      place,
      commands("i=0; while [ $i -lt 700 ]; do printf ü >&2; i=$((i+1)); done; echo >&2; exit 2"),
    );
    const tail = long.error.split("(tail):\n")[1];
    assertEquals(tail, "ü".repeat(511) + "\n");
    const ok = await runStep(place, commands("echo quiet >&2"));
    assertEquals(ok.error, "");
  }),
);

Deno.test(
  "a program in the background does not hold up the step",
  inStepPlace(async (place) => {
    const result = await runStep(place, commands("sleep 60 & echo $!"));
    assertEquals(result.exitCode, 0);
    Deno.kill(Number(result.stdout), "SIGKILL");
  }),
);

for (const direct of [true, false]) {
  Deno.test(
    `300 MB of output leave the memory alone, ${direct ? "by descriptor" : "through the log"}`,
    inStepPlace(async (place) => {
      const before = Deno.memoryUsage().rss;
      let bytes = 0;
      let most = 0;
      const write = (_: string, chunk: Uint8Array) => {
        bytes += chunk.length;
        most = Math.max(most, Deno.memoryUsage().rss);
        return Promise.resolve();
      };
      const step = startStep(place, commands("head -c 300000000 /dev/zero"), {
        task: { log: { stdout: "/dev/null", stderr: place.stderr, direct, write } },
      });
      assertEquals(await step.done, { exitCode: 0, error: "" });
      assertEquals(bytes, direct ? 0 : 300_000_000);
      most = Math.max(most, Deno.memoryUsage().rss);
      assert(most - before < 64_000_000, `grew by ${most - before} bytes`);
    }),
  );
}
