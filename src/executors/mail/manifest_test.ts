import { assert, assertEquals, assertMatch } from "../../../tests/assert.ts";
import { testNeeding } from "../../../tests/needs.ts";
import { inBench, type StepBench, type StepSetting } from "../../../tests/support/step_bench.ts";
import { makeCertificate, partsOf, SmtpSink } from "../../../tests/support/smtp_sink.ts";
import type { SmtpConfig } from "../../core/dag.ts";
import { MAIL } from "./manifest.ts";
import { mailRequest } from "./request.ts";

const SMTP: SmtpConfig = {
  host: "127.0.0.1",
  port: "25",
  username: "",
  password: "",
  security: "",
  skipTlsVerify: false,
  caFile: "",
};
const CONFIG = { from: "robot@example.test", to: "a@example.test", subject: "s", message: "m" };

function send(
  bench: StepBench,
  smtp: Partial<SmtpConfig>,
  config: Record<string, unknown>,
  setting: StepSetting = {},
) {
  const step = { executor: { type: "mail", config: { ...CONFIG, ...config } } };
  return bench.run(MAIL, step, {
    ...setting,
    dag: { smtp: { ...SMTP, ...smtp }, ...setting.dag },
  });
}

const port = (sink: SmtpSink) => ({ port: String(sink.port) });

Deno.test(
  "mail: text, receivers and attachments arrive; only server and files are granted",
  inBench(async (bench) => {
    const { folder } = bench;
    await using sink = await SmtpSink.start();
    Deno.writeTextFileSync(`${folder}/data.csv`, "a,b\n1,ü\n");
    Deno.symlinkSync("data.csv", `${folder}/link.csv`);
    const result = await send(bench, port(sink), {
      to: ["a@example.test", "${OTHER}"],
      subject: "${N} Zeilen – grün",
      message: "first\n.dot\nžluťoučký",
      attachments: ["data.csv", "link.csv"],
    }, { workingDir: folder, values: { N: "12", OTHER: "B <b@example.test>" } });
    assertEquals(result.error, "");
    assertMatch(result.stdout, /^sending email\n-----\nfrom: robot@example\.test\nto: a@example\.test, B </);
    assertMatch(result.stdout, /-----\nsending email succeed\.$/);
    const [mail] = sink.mails;
    assertEquals([mail!.from, mail!.to], ["robot@example.test", ["a@example.test", "b@example.test"]]);
    const parts = partsOf(mail!.raw);
    assertEquals(
      parts.get("text/html")?.trim().replaceAll("\r\n", "\n"),
      "first<br />\n.dot<br />\nžluťoučký",
    );
    assertEquals([parts.get("data.csv"), parts.get("link.csv")], ["a,b\n1,ü\n", "a,b\n1,ü\n"]);
    assertEquals(result.granted, {
      net: [`127.0.0.1:${sink.port}`],
      read: [`${folder}/data.csv`, `${folder}/data.csv`],
    });
  }),
);

Deno.test(
  "mail: a host name, many at once, and line ends in a subject that are no headers",
  inBench(async (bench) => {
    await using sink = await SmtpSink.start();
    const smtp = { host: "localhost", ...port(sink) };
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, i) => send(bench, smtp, { subject: `n${i}\r\nBcc: spy@example.test` })),
    );
    assertEquals(results.map((result) => result.error).filter((error) => error !== ""), []);
    assertEquals(sink.mails.length, 20);
    for (const mail of sink.mails) {
      assertEquals(mail.to, ["a@example.test"]);
      assert(!/^Bcc:/m.test(mail.raw), "no header is smuggled in");
    }
  }),
);

testNeeding({
  name: "mail: TLS and STARTTLS with a certificate that is checked",
  needs: ["openssl"],
  fn: inBench(async (bench) => {
    const { folder } = bench;
    const tls = makeCertificate(folder);
    const login = { user: "someone", pass: "right" };
    const trusted = { caFile: "cert.pem", username: "someone", password: "right" };
    for (const implicit of [true, false]) {
      await using sink = await SmtpSink.start({ tls, implicit, login });
      const security = implicit ? "tls" : "starttls";
      for (const host of ["localhost", "127.0.0.1"]) {
        const smtp = { ...port(sink), host, security } as const;
        const unknown = await send(bench, smtp, {}, { workingDir: folder });
        assertEquals(unknown.exitCode, 1);
        assertMatch(unknown.error, /certificate is not trusted.*caFile/s);
        const known = await send(bench, { ...smtp, ...trusted }, {}, { workingDir: folder });
        assertEquals(known.error, "");
        const lax = await send(bench, { ...smtp, ...trusted, caFile: "", skipTlsVerify: true }, {});
        assertEquals(lax.error, "");
      }
      assertEquals(
        sink.mails.map((mail) => [mail.secure, mail.login]),
        Array(4).fill([true, "someone:right"]),
      );
    }
  }),
});

testNeeding({
  name: "mail: encryption is used where it is offered, and demanded for a password that leaves the machine",
  needs: ["openssl"],
  fn: inBench(async (bench) => {
    const { folder } = bench;
    {
      await using offers = await SmtpSink.start({ tls: makeCertificate(folder) });
      assertEquals((await send(bench, port(offers), {})).error, "");
      assertEquals((await send(bench, { ...port(offers), security: "none" }, {})).error, "");
      assertEquals(offers.mails.map((mail) => mail.secure), [true, false]);
    }
    await using plain = await SmtpSink.start();
    const demanded = await send(bench, { ...port(plain), security: "starttls" }, {});
    assertMatch(demanded.error, /offers no encryption.*smtp\.security: none/s);
    const away = { ...SMTP, host: "mail.example.test", username: "u", password: "p" };
    const mail = { smtp: away, from: "a@b", to: ["c@d"], subject: "", html: "", attachments: [] };
    const request = await mailRequest(mail, "/", null);
    assertEquals(request.server.security, "upgrade");
  }),
});

Deno.test(
  "mail: what the server refuses fails the step with its words",
  inBench(async (bench) => {
    await using sink = await SmtpSink.start({ login: { user: "someone", pass: "right" } });
    const smtp = { ...port(sink), username: "someone" };
    const right = await send(bench, { ...smtp, password: "right" }, {});
    assertEquals(right.error, "");
    const wrong = await send(bench, { ...smtp, password: "WRONG-SECRET" }, {});
    assertMatch(wrong.error, /login was refused: .*wrong password/);
    assert(!wrong.error.includes("WRONG-SECRET"), "the password is not told");
    assertEquals(wrong.stderr, "error occurred.");
    const refused = await send(bench, { ...smtp, password: "right" }, { to: "refused@example.test" });
    assertMatch(refused.error, /no such user/);
    const gone = await send(bench, { port: "1" }, {});
    assertMatch(gone.error, /127\.0\.0\.1:1.*refused/i);
  }),
);

Deno.test(
  "mail: settings that cannot be right are told before anything is sent",
  inBench(async (bench) => {
    const { folder } = bench;
    const error = async (smtp: Partial<SmtpConfig>, config: Record<string, unknown>) =>
      (await send(bench, smtp, config, { workingDir: folder })).error;
    assertMatch(await error({}, { to: [] }), /"to" is empty/);
    assertMatch(await error({}, { from: "" }), /"from" is empty/);
    assertMatch(await error({ port: "mail" }, {}), /"smtp\.port" is "mail"/);
    assertMatch(await error({}, { attachments: ["none.csv"] }), /Cannot attach .*none\.csv/);
    assertMatch(await error({}, { attachments: ["."] }), /not a regular file/);
    assertMatch(await error({ caFile: "none.pem" }, {}), /none\.pem.*caFile/);
    assertMatch(await error({}, { subjekt: "x" }), /Unknown key "subjekt".*did you mean "subject"/);
  }),
);

Deno.test(
  "mail: a permissions block keeps from other servers and files",
  inBench(async (bench) => {
    const { folder } = bench;
    await using sink = await SmtpSink.start();
    Deno.writeTextFileSync(`${folder}/a.csv`, "x");
    const net = [`127.0.0.1:${sink.port}`];
    const setting = { workingDir: folder, permissions: { net } };
    const file = await send(bench, port(sink), { attachments: ["a.csv"] }, setting);
    assertMatch(file.error, /Missing permission read ".*a\.csv"/);
    const server = await send(bench, { ...port(sink), host: "localhost" }, {}, setting);
    assertMatch(server.error, /Missing permission net "localhost:/);
    assertEquals((await send(bench, port(sink), {}, setting)).error, "");
    assertEquals(sink.mails.length, 1);
  }),
);

Deno.test(
  "mail: a stop ends the wait for a server that says nothing",
  inBench(async (bench) => {
    await using sink = await SmtpSink.start({ mute: true });
    const connected = sink.next();
    const result = await send(bench, port(sink), {}, {
      workingDir: "/",
      onOutput: (_, signal) => void connected.then(() => signal("SIGTERM")),
    });
    assertEquals([result.exitCode, result.error], [143, "signal: terminated"]);
  }),
);
