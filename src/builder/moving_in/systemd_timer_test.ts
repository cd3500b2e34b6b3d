import { assertEquals, assertMatch } from "../../../tests/assert.ts";
import { jobYaml } from "./foreign_job.ts";
import { readTimer } from "./systemd_timer.ts";
import { UnitFile, unitWords } from "./unit_file.ts";

function job(timer: string, service: string) {
  return readTimer({
    name: "nightly",
    place: "nightly.timer:1",
    timer: new UnitFile().add("nightly.timer", timer),
    service: new UnitFile().add("nightly.service", service),
    user: "me",
  })!;
}

Deno.test("systemd: a timer and its service", () => {
  const found = job(
    "[Unit]\nDescription=Nightly work\n[Timer]\nOnCalendar=*-*-* 02:30:00\nPersistent=true\n",
    '[Service]\nType=oneshot\nUser=me\nEnvironment=A=1 "B=two words"\nEnvironmentFile=-/etc/default/x\n' +
      "WorkingDirectory=/srv\nTimeoutStartSec=1min 30s\nExecStart=/usr/bin/tool --all\n",
  );
  assertEquals(
    jobYaml(found),
    `# From nightly.timer:1
description: Nightly work
schedule:
  start: "30 2 * * *"
env:
  - A: "1"
  - B: two words
dotenv:
  - /etc/default/x
workingDir: /srv
timeoutSec: 90
steps:
  - name: job
    shell: /bin/sh
    command: /usr/bin/tool --all
`,
  );
});

Deno.test("systemd: a time that cron cannot say is left out, and told", () => {
  const found = job(
    "[Timer]\nOnCalendar=*:*:30\nOnUnitActiveSec=5min\nRandomizedDelaySec=1h\n",
    "[Service]\nUser=www\nProtectSystem=strict\nExecStart=+/bin/a %n\n",
  );
  assertEquals(found.schedule, []);
  const said = found.remarks.join("\n");
  for (
    const part of [
      /OnCalendar=\*:\*:30 .*seconds/,
      /OnUnitActiveSec=5min/,
      /1h at random/,
      /user www/,
      /ProtectSystem/,
      /more rights/,
      /"%n"/,
    ]
  ) assertMatch(said, part);
});

Deno.test("systemd: what a remark quotes is not told at any length", () => {
  const found = job(`[Timer]\nOnCalendar=${"9".repeat(100_000)}\n`, "[Service]\nExecStart=/bin/a\n");
  assertMatch(found.remarks[0]!, /^OnCalendar=9{900,1000}…$/);
});

Deno.test("systemd: a limit in units that there are not is none", () => {
  const limit = (text: string) =>
    job("[Timer]\nOnCalendar=daily\n", `[Service]\nTimeoutStartSec=${text}\nExecStart=/a\n`);
  assertEquals(["5 constructor", "1min 5 constructor"].map((text) => limit(text).timeoutSec), [0, 60]);
});

Deno.test("systemd: command lines keep their words", () => {
  const command = (line: string) => job("", `[Service]\nExecStart=${line}\n`).commands[0];
  assertEquals(command("/bin/a 'b c' \"d e\" f\\x20g"), "/bin/a 'b c' 'd e' 'f g'");
  assertEquals(command("/bin/a ; b | c > d"), "/bin/a ';' b '|' c '>' d");
  assertEquals(command("/bin/a $ARGS x${B}y 100%% $$HOME"), `/bin/a $ARGS x"\${B}"y '100%' '$'HOME`);
  assertEquals(command("-/bin/a"), "/bin/a || true");
  assertEquals(command("@/bin/a argv0 b"), "/bin/a b");
});

Deno.test("systemd: several commands, drop-ins, lines that go on", () => {
  const service = new UnitFile().add(
    "a",
    "[Service]\nExecStart=/bin/old\nEnvironment=A=1 \\\n# between\n  B=2\n",
  )
    .add("b", "[Service]\nExecStart=\nExecStart=/bin/new\nExecStartPost=/bin/after\n");
  assertEquals(service.all("Service.ExecStart").map(({ value, file, line }) => [value, file, line]), [
    ["/bin/new", "b", 3],
  ]);
  assertEquals(unitWords(service.value("Service.Environment")), ["A=1", "B=2"]);
});
