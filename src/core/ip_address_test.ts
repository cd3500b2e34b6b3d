import { assertEquals } from "../../tests/assert.ts";
import { ipBytes, isLoopbackHost } from "./ip_address.ts";

const hex = (text: string) => ipBytes(text)?.toHex() ?? null;

Deno.test("ip address: both kinds, in all their spellings", () => {
  assertEquals(hex("10.0.0.5"), "0a000005");
  assertEquals(hex("::1"), "00000000000000000000000000000001");
  assertEquals(hex("[fe80::1:2]"), "fe800000000000000000000000010002");
  assertEquals(hex("1:2:3:4:5:6:7:8"), "00010002000300040005000600070008");
  assertEquals(hex("::ffff:10.0.0.5"), "00000000000000000000ffff0a000005");
  assertEquals(hex("::"), "00".repeat(16));
});

Deno.test("ip address: what is none", () => {
  for (
    const text of [
      "",
      "host",
      "1.2.3",
      "1.2.3.4.5",
      "1.2.3.256",
      "01.2.3.4",
      "1::2::3",
      "1:2:3:4:5:6:7",
      ":::",
      "1:2:3:4:5:6:7::8",
      "g::",
      "1.2.3.4::",
    ]
  ) assertEquals(hex(text), null, text);
});

Deno.test("ip address: which mean this machine", () => {
  const hosts = ["localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]", "::ffff:127.0.0.1"];
  for (const host of hosts) assertEquals(isLoopbackHost(host), true, host);
  const others = [
    "0.0.0.0",
    "::",
    "10.0.0.1",
    "127.example",
    "localhost.example",
    "::ffff:10.0.0.1",
    "::2",
    "",
  ];
  for (const host of others) assertEquals(isLoopbackHost(host), false, host);
});
