import { assertEquals } from "../../../tests/assert.ts";
import { callProblem, labelRulesProblem, listenProblem, type PeerSettings } from "./peer_exposure.ts";

const PLAIN: PeerSettings = {
  certFile: "",
  keyFile: "",
  clientCaFile: "",
  signingKeysFile: "",
  skipTlsVerify: false,
  insecure: true,
};
const TLS = { ...PLAIN, insecure: false, certFile: "c", keyFile: "k" };
const MUTUAL = { ...TLS, clientCaFile: "ca" };
const SIGNED = { ...PLAIN, signingKeysFile: "s" };

const refusals = (problem: typeof listenProblem, cases: readonly (readonly [string, PeerSettings])[]) =>
  cases.map(([host, peer]) => problem(host, peer) !== "");

Deno.test("peer exposure: plain text is for this machine only, signed or not", () => {
  const cases = ["127.0.0.1", "localhost", "::1", "0.0.0.0", "::", "10.0.0.5", "host.example"];
  for (const peer of [PLAIN, SIGNED]) {
    const all = cases.map((host) => [host, peer] as const);
    assertEquals(refusals(listenProblem, all), [false, false, false, true, true, true, true]);
    assertEquals(refusals(callProblem, all), [false, false, false, true, true, true, true]);
  }
});

Deno.test("peer exposure: a coordinator for other machines knows who calls", () => {
  assertEquals(
    refusals(listenProblem, [
      ["0.0.0.0", MUTUAL],
      ["0.0.0.0", { ...TLS, signingKeysFile: "s" }],
      ["127.0.0.1", TLS],
      ["0.0.0.0", TLS],
      ["127.0.0.1", { ...MUTUAL, keyFile: "" }],
      ["127.0.0.1", { ...MUTUAL, insecure: true }],
    ]),
    [false, false, false, true, true, true],
  );
});

Deno.test("peer exposure: a caller knows whom it calls", () => {
  const signed = { ...SIGNED, insecure: false, clientCaFile: "ca" };
  assertEquals(
    refusals(callProblem, [
      ["host", MUTUAL],
      ["host", signed],
      ["127.0.0.1", { ...TLS, skipTlsVerify: true }],
      ["host", { ...TLS, skipTlsVerify: true }],
      ["host", { ...MUTUAL, skipTlsVerify: true }],
      ["host", TLS],
      ["host", { ...MUTUAL, keyFile: "" }],
      ["127.0.0.1", { ...MUTUAL, insecure: true }],
    ]),
    [false, false, false, true, true, true, true, true],
  );
});

Deno.test("peer exposure: labels are held to names where somebody has to prove theirs", () => {
  const held = (peer: PeerSettings, rules = { w: ["a=b"] }) => labelRulesProblem(rules, peer) === "";
  assertEquals([PLAIN, TLS].map((peer) => held(peer)), [false, false]);
  assertEquals(
    [SIGNED, MUTUAL, { ...TLS, signingKeysFile: "s" }].map((peer) => held(peer)),
    [true, true, true],
  );
  assertEquals(labelRulesProblem({}, PLAIN), "");
});
