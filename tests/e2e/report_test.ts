/** Mails about runs, by the whole program and a real mail server. */
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { Home } from "../support/home.ts";
import { partsOf, SmtpSink } from "../support/smtp_sink.ts";

const MAILS = (port: number) => `
smtp: {host: 127.0.0.1, port: ${port}}
errorMail: {from: "robot@\${DOMAIN}", to: [ops@x.test, "\${WHO}@x.test"], prefix: "[E \${WHO}]", attachLogs: true}
infoMail: {from: robot@x.test, to: info@x.test, prefix: "[I]"}
waitMail: {from: robot@x.test, to: wait@x.test, prefix: "[W]"}
env: [DOMAIN: x.test]
params: WHO=boss
`;

function subject(raw: string): string {
  return /^Subject: (.*)$/m.exec(raw)![1]!.trim();
}

Deno.test("reports: a failure, with the logs of its steps and no secret", async () => {
  await using home = await Home.make();
  await using sink = await SmtpSink.start();
  Deno.writeTextFileSync(`${home.path}/work/secret`, "hunter2hunter2");
  const dag = home.dag(
    "fails",
    `${MAILS(sink.port)}
mailOn: {failure: true, success: true}
secrets: [{name: PW, provider: file, key: WORK/secret}]
steps:
  - {name: good, command: 'echo "<b>$PW</b>"'}
  - {name: bad, command: 'echo "why: $PW" >&2; exit 3'}
  - {name: never, command: "true"}
`,
  );
  assertEquals((await home.run(["start", "--quiet", dag])).code, 1);
  assertEquals(sink.mails.length, 1);
  const [{ raw, to, from }] = sink.mails as [SmtpSink["mails"][0]];
  assertEquals([from, to, subject(raw)], [
    "robot@x.test",
    ["ops@x.test", "boss@x.test"],
    "[E boss] fails (failed)",
  ]);
  const parts = partsOf(raw);
  const html = parts.get("text/html")!;
  for (
    const word of ["good", "succeeded", "bad", "failed", "exit status 3", "never", "aborted", "WHO=boss"]
  ) {
    assert(html.includes(word), `the report tells ${word}`);
  }
  const names = [...parts.keys()].filter((name) => name !== "text/html");
  assertEquals(names.map((name) => name.replace(/\.\d{8}\.\d{6}\.\d{3}\.[0-9a-f]{8}\./, ".T.")), [
    "good.T.out",
    "bad.T.err",
  ]);
  assertEquals(parts.get(names[1]!)!.trim(), "why: *******");
  assert(![...parts.values()].some((text) => text.includes("hunter2")), "no secret leaves in a mail");
});

Deno.test("reports: success, partial success, waiting, a sub-DAG, a step of its own", async () => {
  await using home = await Home.make();
  await using sink = await SmtpSink.start();
  const all = `${MAILS(sink.port)}\nmailOn: {failure: true, success: true, wait: true}\n`;
  const dags = [
    home.dag("good", `${all}steps: [{name: s, command: "true"}]`),
    home.dag(
      "partly",
      `${all}steps: [{name: s, command: "exit 1", continueOn: failed}, {name: t, command: "true"}]`,
    ),
    home.dag("waits", `${all}steps: [{name: s, type: hitl}]`),
    home.dag(
      "met",
      `${all}preconditions: [{condition: a, expected: b}]\nsteps: [{name: s, command: "true"}]`,
    ),
    home.dag(
      "outer",
      `steps: [{name: c, call: kid}]\n---\nname: kid\n${all}steps: [{name: s, command: "true"}]`,
    ),
    home.dag(
      "step",
      `${MAILS(sink.port)}
steps: [{name: s, command: "exit 1", mailOnError: true, retryPolicy: {limit: 2, intervalSec: 0}}]`,
    ),
  ];
  const codes: number[] = [];
  for (const dag of dags) codes.push((await home.run(["start", "--quiet", dag])).code);
  assertEquals(codes, [0, 1, 0, 0, 0, 1]);
  assertEquals(sink.mails.map((mail) => subject(mail.raw)), [
    "[I] good (succeeded)",
    "[E boss] partly (partially_succeeded)",
    "[W] waits (waiting)",
    "[I] kid (succeeded)",
    "[E boss] step (failed)",
  ]);
});

Deno.test("reports: a mail that cannot be sent changes nothing and stands in the log", async () => {
  await using home = await Home.make();
  const steps = `mailOn: {success: true}\nsteps: [{name: s, command: "echo fine"}]`;
  const dags: [string, string, RegExp][] = [
    ["closed", `${MAILS(1)}${steps}`, /WARN.*Cannot send the report.*127\.0\.0\.1:1/],
    ["nobody", `smtp: {host: 127.0.0.1, port: 1}\n${steps}`, /WARN.*no .*infoMail/],
    ["nowhere", `infoMail: {from: a@b, to: c@d}\n${steps}`, /WARN.*no .*smtp/],
  ];
  for (const [name, text, line] of dags) {
    const { code } = await home.run(["start", "--quiet", home.dag(name, text)]);
    assertEquals(code, 0);
    const { record } = (await home.store.latest(name))!;
    assertEquals([record.status, record.error], [4, ""]);
    assertMatch(Deno.readTextFileSync(record.log), line);
  }
});

Deno.test("reports: a stop gives up a mail that a server does not take, the end is recorded before", async () => {
  await using home = await Home.make();
  await using sink = await SmtpSink.start({ mute: true });
  const connected = sink.next();
  const dag = home.dag(
    "mute",
    `${MAILS(sink.port)}mailOn: {success: true}\nsteps: [{name: s, command: "true"}]`,
  );
  await using child = home.spawn(["start", "--quiet", dag]);
  await connected;
  assertEquals((await home.store.latest("mute"))!.record.status, 4);
  child.kill("SIGTERM");
  const status = await child.status;
  assertEquals((await home.store.latest("mute"))!.record.status, 4);
  assert(status.code !== 1, "the run itself succeeded");
});
