import { assertEquals } from "../../../tests/assert.ts";
import { fingerprint, KnownKeys } from "./known_hosts.ts";

const A = "AAAAC3NzaC1lZDI1NTE5AAAAIBZDGTpBJNFh+aUm7yS/CDDoJqEZW8fdDr0ICrCfPuuK";
const B = "AAAAC3NzaC1lZDI1NTE5AAAAIF3f2c4nTeEMTbHQk0wkHPjF3rxiaJYHjPFkY2TpbYZp";

async function judge(text: string, host: string, port = 22, key = A): Promise<string> {
  return (await KnownKeys.of(text, host, port)).judge(key);
}

Deno.test("known hosts: names, lists, patterns and negations", async () => {
  const cases: readonly [line: string, host: string, port: number, verdict: string][] = [
    [`h ssh-ed25519 ${A} comment`, "h", 22, "known"],
    [`H ssh-ed25519 ${A}`, "h", 22, "known"],
    [`  h\tssh-ed25519   ${A}`, "h", 22, "known"],
    [`other,h,10.0.0.1 ssh-ed25519 ${A}`, "10.0.0.1", 22, "known"],
    [`other ssh-ed25519 ${A}`, "h", 22, "unknown"],
    [`# h ssh-ed25519 ${A}`, "h", 22, "unknown"],
    [`h ssh-ed25519`, "h", 22, "unknown"],
    [`h ssh-ed25519 ${B}`, "h", 22, "changed"],
    [`*.example.com ssh-ed25519 ${A}`, "a.b.example.com", 22, "known"],
    [`*.example.com ssh-ed25519 ${A}`, "example.com", 22, "unknown"],
    [`web?.* ssh-ed25519 ${A}`, "web1.net", 22, "known"],
    [`*.example.com,!bad.example.com ssh-ed25519 ${A}`, "bad.example.com", 22, "unknown"],
    [`[h]:2222 ssh-ed25519 ${A}`, "h", 2222, "known"],
    [`[h]:2222 ssh-ed25519 ${A}`, "h", 22, "unknown"],
    [`[::1]:2222 ssh-ed25519 ${A}`, "::1", 2222, "known"],
    [`h ssh-ed25519 ${A}`, "h", 2222, "known"],
    [`h ssh-ed25519 ${B}`, "h", 2222, "unknown"],
    [`h ssh-ed25519 ${B}\nh ssh-ed25519 ${A}`, "h", 22, "known"],
    [`@revoked h ssh-ed25519 ${A}\nh ssh-ed25519 ${A}`, "h", 22, "revoked"],
    [`@cert-authority h ssh-ed25519 ${A}`, "h", 22, "unknown"],
    ["", "h", 22, "unknown"],
  ];
  for (const [line, host, port, verdict] of cases) {
    assertEquals(await judge(line, host, port), verdict, `${line} for ${host}:${port}`);
  }
});

Deno.test("known hosts: hashed names", async () => {
  const salt = btoa("12345678901234567890");
  const key = await crypto.subtle.importKey(
    "raw",
    new TextEncoder().encode("12345678901234567890"),
    { name: "HMAC", hash: "SHA-1" },
    false,
    ["sign"],
  );
  const mac = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode("[127.0.0.1]:2222"));
  const line = `|1|${salt}|${btoa(String.fromCharCode(...new Uint8Array(mac)))} ssh-ed25519 ${A}`;
  assertEquals(await judge(line, "127.0.0.1", 2222), "known");
  assertEquals(await judge(line, "127.0.0.1", 2222, B), "changed");
  assertEquals(await judge(line, "127.0.0.2", 2222), "unknown");
  assertEquals(await judge(`|1|%%|x ssh-ed25519 ${A}`, "h"), "unknown");
  assertEquals(await judge(`|1| ssh-ed25519 ${A}`, "h"), "unknown");
});

Deno.test("known hosts: types of the keys that may be shown", async () => {
  const text = `h ssh-rsa ${A}\nh ssh-ed25519 ${B}\n@revoked h ecdsa-sha2-nistp256 ${A}\nh ssh-rsa ${B}\n`;
  assertEquals((await KnownKeys.of(text, "h", 22)).types, ["ssh-rsa", "ssh-ed25519"]);
});

Deno.test("known hosts: a pattern takes no time", async () => {
  assertEquals(await judge(`${"*a".repeat(40)}b ssh-ed25519 ${A}`, "a".repeat(5000)), "unknown");
});

Deno.test("known hosts: fingerprint as ssh-keygen prints it", async () => {
  assertEquals(await fingerprint(btoa("x")), "SHA256:LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE");
});
