/** Jobs of cron do under this program what they did under cron. */
import { readCrontab } from "../../src/builder/moving_in/crontab.ts";
import { assertEquals } from "../assert.ts";
import { Home, programArgs } from "../support/home.ts";

/** What cron does with a line: `sh -c` of the command, with the rest as its input. */
async function underCron(
  command: string,
  input: string | null,
  env: Record<string, string>,
): Promise<string> {
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", command],
    clearEnv: true,
    env: { PATH: "/usr/bin:/bin", HOME: "/tmp", ...env },
    cwd: "/tmp",
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input === null ? "" : `${input}\n`));
  await writer.close();
  return new TextDecoder().decode((await child.output()).stdout);
}

const COMMANDS = [
  "echo 'a  b' \"c $HOME\" `echo d` \\$e",
  "false; echo goes on",
  "echo '$PLACE ${PLACE}' \"$PLACE ${PLACE}\"",
  "printf '\\%s\\n' \"x;y|z\" && pwd",
  "cat%first%%$HOME `id`%last \\% end",
  "for i in 1 2 3; do echo $((i * 2)); done | tail -n 1",
  "echo ${NOT_SET:-default} ${#PLACE} $(echo $PLACE)",
];

Deno.test("import: commands of cron print the same here", async () => {
  await using home = await Home.make();
  const tab = `HOME=/tmp\nPLACE=a $HOME \`b\`\n${COMMANDS.map((line) => `* * * * * ${line}\n`).join("")}`;
  await Deno.writeTextFile(`${home.path}/tab`, tab);
  const { jobs } = readCrontab(tab, { file: "tab", system: false, user: "" });
  assertEquals(jobs.length, COMMANDS.length);
  const imported = await home.run(["import", "crontab", `${home.path}/tab`]);
  assertEquals(imported.code, 0, imported.stderr);
  const paths = imported.stdout.trim().split("\n").map((line) => line.replace("Made  ", ""));
  for (const [index, { commands, stdin }] of jobs.entries()) {
    const expected = await underCron(commands[0]!, stdin, { PLACE: "a $HOME `b`" });
    const { code, stderr } = await home.run(["start", "--quiet", paths[index]!]);
    assertEquals(code, 0, stderr);
    const [path] = home.files(/job\.stdout\.log$/, `${home.path}/data/dag-runs/${name(paths[index]!)}`);
    assertEquals(await Deno.readTextFile(path!), expected, COMMANDS[index]);
  }
});

function name(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).replace(".yaml", "");
}

Deno.test("import: a timer or a base file that is a pipe is refused at once, the table of cron may be one", async () => {
  await using home = await Home.make();
  await new Deno.Command("mkfifo", { args: [`${home.path}/x.timer`] }).output();
  const { code, stderr } = await home.run(["import", "systemd", `${home.path}/x.timer`]);
  assertEquals([code, stderr.includes('x.timer": it is not a regular file')], [1, true], stderr);
  const dagu = `${home.path}/old`;
  await Deno.mkdir(`${dagu}/dags`, { recursive: true });
  await new Deno.Command("mkfifo", { args: [`${dagu}/base.yaml`] }).output();
  const whole = await home.run(["import", "dagu-home", dagu]);
  assertEquals([whole.code, whole.stderr.includes('base.yaml": it is not a regular file')], [1, true]);
  const [program, ...args] = programArgs();
  const shell = ["-c", 'echo "0 5 * * * echo hi" | "$@"', "sh", program, ...args];
  const piped = await home.run(["import", "crontab", "--dry-run", "/dev/stdin"], ["/bin/sh", ...shell]);
  assertEquals([piped.code, piped.stdout.includes("0 5 * * *")], [0, true], piped.stderr);
});
