import { assert, assertEquals, assertRejects } from "../../../tests/assert.ts";
import { FakeClock } from "../../../tests/fakes/fake_clock.ts";
import { DaguError } from "../../core/errors.ts";
import { MOST_NONCES, ReplayWindow, WINDOW_MS } from "../../core/peer/replay_window.ts";
import { signRequest } from "../../core/peer/request_signature.ts";
import { parseSigningKeys, signingKeyLine } from "../../core/peer/signing_key.ts";
import { RequestSigner } from "./request_signer.ts";
import { SignatureCheck } from "./signature_check.ts";

const SECRET = (fill: number) => new Uint8Array(32).fill(fill);
const OLD = { id: "k1", identity: { id: "gpu-1", roles: ["worker"] as const }, secret: SECRET(1) };
const NEW = { ...OLD, id: "k2", secret: SECRET(2) };
const POLL = { method: "/s/Poll", body: new TextEncoder().encode("body") };

function bench(keys = [OLD, NEW]) {
  const clock = new FakeClock();
  let count = 0;
  const random = (length: number) => new Uint8Array(length).fill(++count);
  const signer = (key = keys[0]!) => new RequestSigner(key, clock, random);
  const check = new SignatureCheck(keys, clock);
  const refusal = async (text: string, request = POLL) =>
    (await assertRejects(() => check.identify(text, request), DaguError)).message;
  return { clock, signer, check, refusal };
}

async function pass(clock: FakeClock, ms: number): Promise<void> {
  const over = clock.sleep(ms);
  clock.step();
  await over;
}

Deno.test("signing: a request tells who signed it, once", async () => {
  const { signer, check, refusal } = bench();
  const text = await signer().sign(POLL);
  assertEquals(await check.identify(text, POLL), OLD.identity);
  assert((await refusal(text)).includes("it has come before"));
  assertEquals(await check.identify(await signer().sign(POLL), POLL), OLD.identity);
});

Deno.test("signing: another method, body, time or key is none of it", async () => {
  const { signer, refusal } = bench();
  const text = await signer().sign(POLL);
  const forged = "is not that of a key";
  assert((await refusal(text, { ...POLL, method: "/s/Dispatch" })).includes(forged));
  assert((await refusal(text, { ...POLL, body: new TextEncoder().encode("bodx") })).includes(forged));
  assert((await refusal(text.replace(/time=\d+/, (word) => `${word}0`))).includes(forged));
  assert((await refusal(text.replace("key=k1", "key=k2"))).includes(forged));
  assert((await refusal(text.replace("key=k1", "key=k9"))).includes(forged));
  assert((await refusal(text.replace("v1", "v0"))).includes("no form"));
  assert((await refusal("")).includes("not signed"));
});

Deno.test("signing: an old request is refused, and one from ahead", async () => {
  const { clock, signer, check, refusal } = bench();
  const early = await signer().sign(POLL);
  await pass(clock, WINDOW_MS + 1);
  assert((await refusal(early)).includes("30 s old"));
  const ahead = await signRequest(OLD, POLL, clock.now() + WINDOW_MS + 1, "n".repeat(24));
  assert((await refusal(ahead)).includes("30 s ahead"));
  const edge = await signRequest(OLD, POLL, clock.now() + WINDOW_MS, "m".repeat(24));
  assertEquals(await check.identify(edge, POLL), OLD.identity);
});

Deno.test("signing: what a service before this one let in does not come in again", async () => {
  const { clock, signer, refusal: _ } = bench();
  const text = await signer().sign(POLL);
  await pass(clock, 1000);
  const again = new SignatureCheck([OLD], clock);
  assert(
    (await assertRejects(() => again.identify(text, POLL), DaguError)).message.includes(
      "before this service",
    ),
  );
});

Deno.test("signing: two keys are believed while one follows the other", async () => {
  const both = bench([OLD, NEW]);
  assertEquals(await both.check.identify(await both.signer(OLD).sign(POLL), POLL), OLD.identity);
  assertEquals(await both.check.identify(await both.signer(NEW).sign(POLL), POLL), NEW.identity);
  const after = bench([NEW]);
  assert((await after.refusal(await after.signer(OLD).sign(POLL))).includes('"k1"'));
});

Deno.test("signing: the memory of what came is bounded, and refuses rather than forgets", () => {
  const window = new ReplayWindow(0);
  for (let i = 0; i < MOST_NONCES; i++) assertEquals(window.admit(`n${i}`, 1000, 1000), "");
  assert(window.admit("more", 1000, 1000).includes("too many"));
  assert(window.admit("n0", 1000, 1000).includes("before"));
  assertEquals(window.admit("later", 1001 + WINDOW_MS, 1001 + WINDOW_MS), "");
});

Deno.test("signing keys: a file holds one a line, and errors never tell a secret", () => {
  const text = `# keys\n\n${signingKeyLine(OLD)}${signingKeyLine(NEW)}`;
  assertEquals(parseSigningKeys(text, "f"), [OLD, NEW]);
  const secret = "c2VjcmV0";
  for (
    const bad of [
      "",
      "# none",
      `k1 worker/w ${secret}`,
      `k1 worker ${signingKeyLine(OLD).split(" ")[2]}`,
      `k1 root/w ${signingKeyLine(OLD).split(" ")[2]}`,
      `k1 worker/../w ${signingKeyLine(OLD).split(" ")[2]}`,
      signingKeyLine(OLD) + signingKeyLine(OLD),
    ]
  ) {
    let message = "";
    try {
      parseSigningKeys(bad, "f");
    } catch (error) {
      message = (error as Error).message;
    }
    assert(message.startsWith('Cannot use the signing keys in "f"'), bad);
    assert(!message.includes(secret) && !message.includes("AQEBAQ"), message);
  }
});
