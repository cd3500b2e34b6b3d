import { loadDag } from "../../spec/load.ts";
import { assertEquals, assertMatch } from "../../../tests/assert.ts";
import { readCrontab } from "./crontab.ts";
import { jobYaml, uniqueNames } from "./foreign_job.ts";

function jobs(text: string, system = false) {
  const { jobs, problems } = readCrontab(text, { file: "tab", system, user: "me" });
  assertEquals(problems, []);
  return jobs;
}

Deno.test("crontab: each line with times is a job, with the comment above it", () => {
  const found = jobs(
    "# Every night\n30 2 * * MON-FRI /usr/local/bin/backup.sh --all\n\n# apart\n\n@reboot  up \n",
  );
  assertEquals(
    found.map(({ name, place, description, schedule, commands }) => [
      name,
      place,
      description,
      schedule,
      commands,
    ]),
    [
      ["backup", "tab:2", "Every night", ["30 2 * * MON-FRI"], ["/usr/local/bin/backup.sh --all"]],
      ["up", "tab:6", "", ["@reboot"], ["up "]],
    ],
  );
});

Deno.test("crontab: variables count for the lines below them, and hold what they say", () => {
  const [first, second] = jobs(
    "* * * * * a\nPATH = /x:$HOME/bin  \n\"ODD\"=' two  words '\nMAILTO=a@x.org, b@x.org\nSHELL=/bin/bash\n" +
      "HOME=/srv\nCRON_TZ=Asia/Tokyo\n* * * * * b\n",
  );
  assertEquals([first!.env, first!.mailTo, first!.shell, first!.workingDir], [[], [], "/bin/sh", "~"]);
  assertEquals(second!.env, [["PATH", "/x:$HOME/bin"], ["ODD", " two  words "], ["HOME", "/srv"]]);
  assertEquals(second!.mailTo, ["a@x.org", "b@x.org"]);
  assertEquals([second!.shell, second!.workingDir, second!.timezone], ["/bin/bash", "/srv", "Asia/Tokyo"]);
  assertEquals(jobs('MAILTO=""\n* * * * * a')[0]!.mailTo, []);
});

Deno.test("crontab: a percent sign begins the input, an escaped one is itself", () => {
  const [plain, input, lines] = jobs("* * * * * date +\\%F\n* * * * * cat%hello\n* * * * * cat%a%%b\\%c\n");
  assertEquals([plain!.commands[0], plain!.stdin], ["date +%F", null]);
  assertEquals([input!.commands[0], input!.stdin], ["cat", "hello"]);
  assertEquals([lines!.commands[0], lines!.stdin], ["cat", "a\n\nb%c"]);
});

Deno.test("crontab: the user column of system files", () => {
  const [mine, roots] = jobs("* * * * * me a b\n@daily root  c\n", true);
  assertEquals([mine!.commands, mine!.remarks], [["a b"], []]);
  assertEquals(roots!.commands, ["c"]);
  assertMatch(roots!.remarks[0]!, /as the user root/);
});

Deno.test("crontab: what cannot be moved is told with its line", () => {
  const { jobs, problems } = readCrontab(
    "hello\n61 * * * * a\n* * * * *\n0~59 * * * * a\n* * * * * ok\n@x y\n",
    {
      file: "tab",
      system: false,
      user: "",
    },
  );
  assertEquals(jobs.map(({ place }) => place), ["tab:5"]);
  assertEquals(problems.map(({ place }) => place), ["tab:1", "tab:2", "tab:3", "tab:4", "tab:6"]);
  for (const { message } of problems) assertMatch(message, /expected five times|cannot be moved/);
});

Deno.test("crontab: two restricted days, one of them with a star", () => {
  assertMatch(jobs("0 0 */2 * 1 a")[0]!.remarks[0]!, /both day fields/);
  assertEquals(jobs("0 0 1 * 1 a")[0]!.remarks, []);
  assertEquals(jobs("0 0 */2 * * a")[0]!.remarks, []);
});

Deno.test("crontab: names are those of the programs, each once", () => {
  const commands = [
    "cd /srv && FOO=1 nice -n 10 /opt/x/run_report.py",
    "run_report",
    "[ -x /x ] && /usr/lib/php/sessionclean",
    "( a; b ) >/dev/null",
    "'odd name'",
    "Run_Report",
  ];
  assertEquals(uniqueNames(jobs(commands.map((command) => `* * * * * ${command}\n`).join(""))), [
    "run_report",
    "run_report-2",
    "sessionclean",
    "a",
    "odd",
    "Run_Report-3",
  ]);
});

Deno.test("crontab: the definition is valid, and holds the command byte for byte", () => {
  const commands = ["a  'b \"c\" $D' `e` \\$f # g", "x: y", "- z", "> out 2>&1", "echo 'é\t'", '"q"', "*"];
  for (const command of commands) {
    const text = jobYaml(jobs(`MAILTO=x@y.z\nA=1\n# why: not\n0 4 * * * ${command}`)[0]!);
    const [step] = loadDag({ text, file: "/x.yaml", base: null }).steps;
    assertEquals(JSON.stringify(step).includes(JSON.stringify(command)), true, text);
  }
});

Deno.test("crontab: values that a definition would expand stay as they are", () => {
  const text = jobYaml(jobs("PATH=/x:$HOME\nPLAIN=1\n* * * * * a%b\n")[0]!);
  assertEquals(
    text,
    `# From tab:3
schedule:
  start: "* * * * *"
  catchup: "off"
env:
  - PLAIN: "1"
workingDir: "~"
steps:
  - name: job
    shell: /bin/sh
    script: |
      export PATH='/x:$HOME'
      {
      a
      } <<'END_OF_INPUT'
      b
      END_OF_INPUT
`,
  );
});
