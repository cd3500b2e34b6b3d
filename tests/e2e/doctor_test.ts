/** What `doctor` finds in a home in which things are wrong. */
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { Home, programArgs } from "../support/home.ts";

interface Found {
  readonly area: string;
  readonly level: string;
  readonly message: string;
  readonly advice: string;
  readonly fixed: boolean;
}

interface Examination {
  readonly code: number;
  readonly text: string;
  readonly settings: { key: string; value: unknown; from: string }[];
  readonly findings: Found[];
}

/** `env` are further variables; ports are those of nobody unless they say otherwise. */
async function doctor(
  home: Home,
  args: string[] = [],
  env: Record<string, string> = {},
): Promise<Examination> {
  const all = { DAGU_PORT: "0", DAGU_SCHEDULER_PORT: "0", DAGU_COORDINATOR_PORT: "0", ...env };
  const words = Object.entries(all).map(([name, value]) => `${name}=${value}`);
  const { code, stdout } = await home.run(["doctor", "--json", ...args], ["env", ...words, ...programArgs()]);
  return { code, text: stdout, ...JSON.parse(stdout) };
}

function wrong({ findings }: Examination, area: string): Found[] {
  return findings.filter((one) => one.area === area && !one.fixed && /warning|error/.test(one.level));
}

Deno.test("doctor: settings come with their places, secrets do not come at all", async () => {
  await using home = await Home.make();
  await Deno.writeTextFile(
    `${home.path}/config.yaml`,
    "auth: { mode: basic, basic: { username: u, password: hidden-1 } }\nremoteNodes:\n" +
      "  - { name: n, apiBaseURL: http://x, authToken: hidden-2 }\ntz: UTC\n",
  );
  const found = await doctor(home, [], { DAGU_AUTH_TOKEN: "hidden-3" });
  assert(!/hidden-\d/.test(found.text), found.text);
  const from = (key: string) => found.settings.find((one) => one.key === key);
  assertEquals(from("tz"), { key: "tz", value: "UTC", from: `${home.path}/config.yaml:4:5` });
  assertEquals(from("port"), { key: "port", value: 0, from: "Environment variable DAGU_PORT" });
  assertEquals(from("auth.basic.username")?.value, "u");
  assertEquals(from("host")?.from, "");
});

Deno.test("doctor: a configuration that cannot be used is a finding", async () => {
  await using home = await Home.make();
  await Deno.writeTextFile(`${home.path}/config.yaml`, "port: [1]\n");
  const found = await doctor(home, [], { DAGU_PORT: "" });
  assertEquals(found.code, 1);
  assertMatch(found.findings[0]!.message, /config\.yaml:1:7: key 'port'/);
});

Deno.test("doctor: settings that do nothing are told, with what was perhaps meant", async () => {
  await using home = await Home.make();
  await Deno.writeTextFile(`${home.path}/config.yaml`, "prot: 1\nui:\n  navbarTitel: x\nstrange: {a: 1}\n");
  const found = await doctor(home, [], { DAGU_SCHEDULER_PROT: "1", DAGU_MY_OWN_THING: "1" });
  const told = wrong(found, "settings").map(({ message, advice }) => `${message} ${advice}`);
  assertEquals(found.code, 1);
  assertEquals(told.map((line) => line.replace(`${home.path}/`, "")), [
    'config.yaml:1:7: "prot" is no setting and does nothing did you mean "port"?',
    'config.yaml:3:16: "ui.navbartitel" is no setting and does nothing did you mean "ui.navbarTitle"?',
    'config.yaml:4:10: "strange" is no setting and does nothing dagu schema config has all settings',
    'Environment variable: "DAGU_SCHEDULER_PROT" is no setting and does nothing did you mean "DAGU_SCHEDULER_PORT"?',
  ]);
});

Deno.test("doctor: modes that are too wide are told, and narrowed by --fix only", async () => {
  await using home = await Home.make();
  await Deno.mkdir(`${home.path}/data/users`, { recursive: true });
  await Deno.writeTextFile(`${home.path}/data/users/u.json`, "{}");
  await Deno.chmod(`${home.path}/data`, 0o755);
  await Deno.chmod(`${home.path}/data/users`, 0o700);
  await Deno.chmod(`${home.path}/data/users/u.json`, 0o644);
  await Deno.chmod(`${home.path}/dags`, 0o777);
  const before = await doctor(home);
  assertEquals(before.code, 1);
  assertEquals(
    wrong(before, "folders").map(({ message }) => /"([^"]+)"/.exec(message)![1]!.slice(home.path.length)),
    [
      "/dags",
      "/data",
      "/data/users/u.json",
    ],
  );
  for (const { advice } of wrong(before, "folders")) assertMatch(advice, /^chmod \d{3} "/);
  assertEquals(Deno.statSync(`${home.path}/dags`).mode! & 0o777, 0o777);
  const fixed = await doctor(home, ["--fix"]);
  assertEquals(fixed.findings.filter((one) => one.fixed).length, 3);
  const modes = ["dags", "data", "data/users/u.json"].map((path) =>
    Deno.statSync(`${home.path}/${path}`).mode! & 0o777
  );
  assertEquals(modes, [0o755, 0o700, 0o600]);
  assertEquals(wrong(await doctor(home), "folders"), []);
});

Deno.test("doctor: damaged records, definitions that cannot be read, runs without a process", async () => {
  await using home = await Home.make();
  const path = home.dag("slow", "steps:\n  - command: echo on >> WORK/marks; sleep 100\n");
  home.dag("fine", 'steps: [ "true" ]\n');
  await home.run(["start", "--run-id=f1", "fine"]);
  await home.run(["start", "--run-id=f2", "fine"]);
  for (const file of home.files(/f2\/.*(status\.jsonl|dag\.json)$/)) await Deno.writeTextFile(file, "\0\0\0");
  const child = home.spawn(["start", "--run-id=s1", path]);
  await home.marked("on");
  child.kill("SIGKILL");
  await child.status;
  home.dag("broken", "steps: 7\n");
  const found = await doctor(home);
  assertEquals(found.code, 1);
  const [dead] = wrong(found, "activity");
  assertMatch(dead!.message, /Run s1 of "slow" is recorded as running/);
  assertMatch(dead!.advice, /dagu status --run-id s1 slow/);
  const data = wrong(found, "data").map(({ message }) => message).join("\n");
  assertMatch(data, /The record in ".*f2.*" is damaged/);
  assertMatch(data, /broken\.yaml:1/);
  await home.run(["status", "--run-id", "s1", "slow"]);
  assertEquals(wrong(await doctor(home), "activity"), []);
});

Deno.test("doctor: a port that another program has", async () => {
  await using home = await Home.make();
  await using other = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response("something else"),
  );
  const found = await doctor(home, [], { DAGU_PORT: String(other.addr.port) });
  assertMatch(wrong(found, "ports")[0]!.message, /taken by another program/);
  assertMatch(wrong(found, "ports")[0]!.advice, /set port/);
});

Deno.test("doctor: data from the future, and of a scheduler that is gone", async () => {
  await using home = await Home.make();
  const scheduler = home.spawn(["scheduler"]);
  while (home.files(/epoch_1\.json$/).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  scheduler.kill("SIGKILL");
  await scheduler.status;
  const later = Date.now() / 1000 + 3600;
  await Deno.utime(`${home.path}/data`, later, later);
  const found = await doctor(home);
  assertMatch(wrong(found, "activity")[0]!.message, /is gone without an end/);
  assertMatch(wrong(found, "clock")[0]!.advice, /NTP/);
});
