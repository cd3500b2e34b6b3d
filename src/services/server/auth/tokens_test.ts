import type { User } from "../../../core/access/account.ts";
import { assert, assertEquals } from "../../../../tests/assert.ts";
import { Tokens } from "./tokens.ts";

const SECRET = "0123456789abcdef0123456789abcdef";
const USER: User = {
  id: "u1",
  username: "ann",
  passwordHash: "",
  role: "viewer",
  createdAt: 0,
  updatedAt: 0,
  tokenVersion: "v1",
  mustChangePassword: false,
  providerSubject: "",
};
const HOUR = 3_600_000;

const part = (value: unknown) =>
  btoa(typeof value === "string" ? value : JSON.stringify(value)).replaceAll("+", "-").replaceAll("/", "_")
    .replaceAll("=", "");

async function forge(header: unknown, claims: unknown, secret = SECRET): Promise<string> {
  const signed = `${part(header)}.${part(claims)}`;
  const bytes = new TextEncoder().encode(secret);
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", bytes, algorithm, false, ["sign"]);
  const signature = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(signed));
  return `${signed}.${part(String.fromCharCode(...new Uint8Array(signature)))}`;
}

Deno.test("tokens: one that was issued is read until it runs out, and each is another one", async () => {
  let now = 1_700_000_000_000;
  const tokens = new Tokens(SECRET, HOUR, () => now);
  const { token, expiresAt } = await tokens.issue(USER);
  assertEquals(expiresAt, now + HOUR);
  assert(token !== (await tokens.issue(USER)).token);
  now += HOUR - 1000;
  assertEquals(await tokens.read(token), { uid: "u1", ver: "v1" });
  now += 1000;
  assertEquals(await tokens.read(token), null);
});

Deno.test("tokens: forged ones are refused", async () => {
  const now = 1_700_000_000_000;
  const tokens = new Tokens(SECRET, HOUR, () => now);
  const header = { alg: "HS256", typ: "JWT" };
  const claims = { uid: "u1", ver: "v1", aud: "dagu", exp: now / 1000 + 60 };
  assert(await tokens.read(await forge(header, claims)), "the forger of this test knows how to sign");
  const { exp: _, ...endless } = claims;
  const bad = [
    `${part({ alg: "none", typ: "JWT" })}.${part(claims)}.`,
    await forge({ alg: "none", typ: "JWT" }, claims),
    await forge({ alg: "HS512", typ: "JWT" }, claims),
    await forge({ alg: "RS256", typ: "JWT" }, claims),
    await forge(header, claims, "another secret of thirty-two byt"),
    await forge(header, endless),
    await forge(header, { ...claims, exp: "2100" }),
    await forge(header, { ...claims, aud: "other" }),
    await forge(header, { ...claims, uid: 7 }),
    (await tokens.issue(USER)).token.replace(/\.[^.]*$/, "."),
    (await tokens.issue(USER)).token + "x",
    "",
    "..",
    "a.b.c",
    "x".repeat(100_000),
  ];
  for (const token of bad) assertEquals(await tokens.read(token), null, token.slice(0, 100));
});
