/** Bytes at the port of a real server: requests as nobody should send them, storms of listeners, readers that do not read. */
import { assert } from "../../assert.ts";
import type { Random } from "../../fakes/random.ts";
import { HOSTILE } from "../../support/api_fuzz.ts";
import { damageBytes, damageJson } from "../damage.ts";
import { GuardedServer } from "../sites/guarded_server.ts";
import { exchange, sendAll } from "../sites/raw_exchange.ts";
import { bytesOf, type Target } from "../target.ts";

const API = "/api/v2";
/** Between two writes. */
const CUT = "<cut>";
const HOST = "Host: 127.0.0.1\r\n";
const BY = "Authorization: Bearer TOKEN\r\n";

function withBody(at: string, json: string, more: string): string {
  const head = `POST ${API}${at} HTTP/1.1\r\n${HOST}${more}Content-Type: application/json\r\n`;
  return `${head}Content-Length: ${json.length}\r\n\r\n${json}`;
}

const get = (at: string, more = BY) => `GET ${at} HTTP/1.1\r\n${HOST}${more}\r\n`;
const RUN = '{"dagRunId":"x","payload":{"a":[1,"b"]}}';
const LOGIN = '{"username":"admin","password":"no such password"}';
const BODIES: readonly ((random: Random) => string)[] = [
  (random) => withBody("/webhooks/one", damageJson(RUN, random), "Authorization: Bearer HOOK\r\n"),
  (random) => withBody("/auth/login", damageJson(LOGIN, random), ""),
  (random) => withBody("/dags/validate", damageJson('{"spec":"steps: []"}', random), BY),
  (random) =>
    withBody("/users", damageJson('{"username":"u","password":"long enough x","role":"viewer"}', random), BY),
  (random) => withBody("/dags/one/webhook/toggle", damageJson('{"enabled":true}', random), BY),
];
const CHUNKED = `POST ${API}/dags/validate HTTP/1.1\r\n${HOST}${BY}Content-Type: application/json\r\n` +
  'Transfer-Encoding: chunked\r\n\r\n5\r\n{"spe\r\nb;x=y\r\nc":"steps: \r\n4\r\n[]"}\r\n0\r\nA: b\r\n\r\n';
const REQUESTS: readonly string[] = [
  get("/"),
  get("/index.html", ""),
  get("/dags/one?tab=x", "Accept: text/html\r\nAccept-Encoding: gzip, br\r\n"),
  get(`${API}/health`, ""),
  get(`${API}/dags?page=1&perPage=5&name=o`),
  get(`${API}/dags/one/spec`),
  get(`${API}/dag-runs?from=1&status=4`),
  get(`${API}/dag-runs/one/x/log`),
  get(`${API}/events?topics=runs,run:one/x,log:one/x/a/stdout`, `${BY}Accept: text/event-stream\r\n`),
  get(`${API}/auth/me`, "Cookie: dagu_session=TOKEN; a=b\r\n"),
  get(`${API}/audit?limit=5`),
  get("/metrics"),
  `HEAD ${API}/openapi.json HTTP/1.1\r\n${HOST}${BY}\r\n`,
  `OPTIONS ${API}/dags HTTP/1.1\r\n${HOST}Origin: http://evil\r\nAccess-Control-Request-Method: POST\r\n\r\n`,
  `DELETE ${API}/dags/none HTTP/1.1\r\n${HOST}${BY}\r\n`,
  CHUNKED,
  CHUNKED.replace("Content-Type", "Expect: 100-continue\r\nContent-Type"),
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\x12\x04\0\0\0\0\0",
  "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03",
];
const LINES: readonly string[] = [
  "Transfer-Encoding: chunked",
  "Transfer-Encoding: gzip, chunked",
  "Content-Length: 5",
  "Content-Length: -1",
  "Content-Length: 999999999999999",
  "Host: evil.example",
  "Host: [::1]:99999",
  "Host:",
  "Origin: http://evil.example",
  "Origin: null",
  "Referer: http://127.0.0.1/%00",
  "Sec-Fetch-Site: cross-site",
  "Expect: 100-continue",
  "Expect: more",
  "Upgrade: websocket",
  "Upgrade: h2c",
  "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA",
  "Connection: Upgrade, HTTP2-Settings",
  "Connection: close",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  "Sec-WebSocket-Version: 13",
  "Range: bytes=0-0,-1",
  "If-None-Match: *",
  'If-None-Match: W/"\xff", "',
  "If-Modified-Since: never",
  "Last-Event-ID: -1",
  "Last-Event-ID: \xff:9007199254740993",
  "Accept-Encoding: gzip;q=nan, *;q=0",
  "Accept: \xff/\xff",
  "Content-Encoding: gzip",
  "Content-Type: application/json; charset=\xff",
  "Content-Type: multipart/form-data; boundary=",
  "X-Forwarded-For: ' OR 1",
  "X-Forwarded-Host: evil.example",
  "X-HTTP-Method-Override: DELETE",
  "Authorization: Basic Og==",
  "Authorization: Basic \xff",
  "Authorization: Bearer ..",
  "Authorization: Bearer eyJhbGciOiJub25lIn0.e30.",
  'Authorization: Digest username=""',
  "Cookie: __Host-dagu_session=; =; ;;;",
  `Cookie: ${"a=b; ".repeat(9000)}`,
  `Cookie: ${"x".repeat(70_000)}`,
];
const TARGETS: readonly string[] = [
  "*",
  "//",
  "http://evil.example/",
  "/%2e%2e/%2e%2e/secret.yaml",
  "/../secret.yaml",
  "/..%2fsecret.yaml",
  "/assets/..%5c..%5csecret.yaml",
  `${API}/dags/..%2f..%2fsecret/spec`,
  `${API}/dags/%2e%2e%2f%2e%2e%2fsecret/spec`,
  `${API}/dags/one%00/spec`,
  `${API}/dags/%ff%fe/spec`,
  `${API}/dags/%F0%9F%92%A9/spec`,
  `${API}/dag-runs/one/%2e%2e/log`,
  `${API}/docs/%2e%2e%2fsecret.yaml`,
  `${API}//dags`,
  `${API}/events?topics=${"log:one/x/a/stdout,".repeat(60)}`,
  `${API}/events?topics=log:..%2f..%2fsecret/x/a/stdout&lastEventId=%00`,
  `${API}/dags?remoteNode=http://evil`,
  `${API}/dags?${"a=b&".repeat(5000)}`,
  "/%",
  "/%zz",
  `/${"a/".repeat(3000)}`,
  ...HOSTILE.map((name) => `${API}/dags/${encodeURI(name)}/start`),
];
const METHODS = [
  "GET",
  "HEAD",
  "PUT",
  "PATCH",
  "TRACE",
  "CONNECT",
  "PROPFIND",
  "QUERY",
  "get",
  "",
  "X".repeat(30),
];

function request(random: Random): string {
  let text = random.chance(0.3) ? random.pick(BODIES)(random) : random.pick(REQUESTS);
  if (random.chance(0.25)) text = text.replace(/ \S+/, () => ` ${random.pick(TARGETS)}`);
  if (random.chance(0.15)) text = text.replace(/^\S+/, () => random.pick(METHODS));
  for (let n = random.pick([0, 0, 1, 1, 2, 4]); n > 0; n--) {
    text = text.replace("\r\n", () => `\r\n${random.pick(LINES)}\r\n`);
  }
  if (random.chance(0.1)) {
    text = text.replace(" HTTP/1.1", random.pick([" HTTP/1.0", " HTTP/0.9", " HTTP/3.0", ""]));
  }
  return random.chance(0.5) ? damageBytes(text, random) : text;
}

/** @returns what is told with refusals. Bodies of one may look like answers: those that begin a line count. */
function refusals(answer: string): string {
  const answers = answer.split(/^(?=HTTP\/1\.1 \d{3} )/m);
  for (const one of answers) {
    assert(!/^HTTP\/1\.1 5/.test(one), one.slice(0, 1000));
  }
  return answers.filter((one) => /^HTTP\/1\.1 4/.test(one)).join("\n");
}

/** Who listens or waits, how, and how it goes away. */
interface Listener {
  readonly head: string;
  /** Bytes that it takes before it goes. */
  readonly takes: number;
  readonly goes: "ends" | "cuts";
}

function listeners(random: Random): Listener[] {
  const one = (): Listener => {
    const large = random.chance(0.3);
    const head = large ? get(`${API}/openapi.json`).repeat(1 + random.below(40)) : get(
      `${API}/events?topics=${
        random.pick(["runs", "dags,queues", "run:one/x", "%00", "log:one/x/a/stdout", "", "x".repeat(300)])
      }`,
      BY + (random.chance(0.3) ? `${random.pick(LINES)}\r\n` : ""),
    );
    return { head, takes: random.pick([0, 0, 1, 500, 100_000]), goes: random.pick(["ends", "cuts"]) };
  };
  return Array.from({ length: 1 + random.below(random.pick([5, 20, 150])) }, one);
}

async function listen(port: number, { head, takes, goes }: Listener): Promise<Deno.Conn | null> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  try {
    await sendAll(conn, bytesOf(head));
    const buffer = new Uint8Array(64 * 1024);
    for (let taken = 0; taken < takes;) {
      const count = await Promise.race([conn.read(buffer), refusedToWait()]);
      if (count === null) break;
      taken += count;
    }
    if (goes === "ends") await conn.closeWrite();
  } catch {
    // It is not wanted.
  }
  return conn;
}

/** What is listened to may say nothing. */
function refusedToWait(): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), 30));
}

export function httpTargets(): Readonly<Record<string, Target>> {
  return {
    "HTTP connection": onServer(5, (random) => {
      const text = Array.from({ length: random.pick([1, 1, 1, 2, 5]) }, () => request(random)).join("");
      const at = random.below(text.length + 1);
      return random.chance(0.3) ? text.slice(0, at) + CUT + text.slice(at) : text;
    }, async (site, input) => {
      const answer = await exchange(site.port, site.filled(input).split(CUT));
      site.shows(answer);
      return refusals(answer);
    }),
    "HTTP listeners": onServer(100, (random) => JSON.stringify(listeners(random)), async (site, input) => {
      const all = JSON.parse(input) as Listener[];
      const open = await Promise.all(
        all.map((one) => listen(site.port, { ...one, head: site.filled(one.head) })),
      );
      await site.isSound();
      for (const conn of open) conn?.close();
      return "";
    }),
  };
}

/** Its own server, which is there when the first input is. */
function onServer(
  cost: number,
  make: (random: Random) => string,
  check: (site: GuardedServer, input: string) => Promise<string>,
): Target {
  let opened: Promise<GuardedServer> | null = null;
  return {
    cost,
    make,
    async check(input) {
      const site = await (opened ??= GuardedServer.open());
      const said = await check(site, input);
      await site.isSound();
      return said;
    },
    async dispose() {
      await (await opened)?.[Symbol.asyncDispose]();
    },
  };
}
