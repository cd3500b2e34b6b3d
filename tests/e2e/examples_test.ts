import { assertEquals, assertMatch } from "../assert.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function dagu(command: string, file: string, home: string): Promise<Ended> {
  const child = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", `${ROOT}cli.ts`, command, file],
    clearEnv: true,
    env: {
      PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin",
      HOME: home,
      DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`,
      DENO_NO_UPDATE_CHECK: "1",
      DAGU_HOME: `${home}/dagu`,
      DAGU_SKIP_EXAMPLES: "true",
      SHELL: "/bin/sh",
      TMPDIR: home,
    },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code: child.code, stdout: decoder.decode(child.stdout), stderr: decoder.decode(child.stderr) };
}

/** What each example must print besides its success. */
const SAYS: Readonly<Record<string, RegExp>> = {
  "city_report.ts": /Lima 19\.5 C/,
  "demo.yaml": /Kyoto +8 values, mean +18\.5/,
  "log_report.yaml": /all 6[^]*3 of 3 files read/,
  "nightly_backup.yaml": /backup-\d{8}-\d{6}\.tar\.gz/,
  "release_checks.yaml": /published v1\.4\.0 with 17 files/,
  "typed_report.yaml": /mean 17\.7, 3 days above 20/,
  "wait_for_service.yaml": /the service says ready/,
};

for (const [name, says] of Object.entries(SAYS)) {
  Deno.test(`examples: ${name} succeeds`, async () => {
    const home = await Deno.makeTempDir();
    try {
      const text = await Deno.readTextFile(`${ROOT}examples/${name}`);
      const file = `${home}/${name}`;
      await Deno.writeTextFile(file, text.replace("/tmp/nightly-backups", `${home}/backups`));
      const { code, stdout, stderr } = await dagu("start", file, home);
      assertEquals(code, 0, `${stdout}\n${stderr}`);
      assertMatch(stdout, /Result: Succeeded/);
      assertMatch(stdout, says);
    } finally {
      await Deno.remove(home, { recursive: true });
    }
  });
}

Deno.test("examples: each one is run by these tests", async () => {
  const files: string[] = [];
  for await (const entry of Deno.readDir(`${ROOT}examples`)) files.push(entry.name);
  assertEquals(files.filter((name) => !name.endsWith(".test.ts")).sort(), Object.keys(SAYS).sort());
});

Deno.test("examples: their own tests pass, and the linter has nothing against them", async () => {
  const home = await Deno.makeTempDir();
  try {
    const tested = await dagu("test", `${ROOT}examples`, home);
    assertMatch(tested.stdout, /^[1-9]\d* passed, 0 failed$/m, tested.stderr);
    const linted = await dagu("lint", `${ROOT}examples`, home);
    assertEquals(linted.code, 0, linted.stdout);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});
