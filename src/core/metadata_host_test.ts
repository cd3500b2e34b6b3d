import { assertEquals } from "../../tests/assert.ts";
import { isMetadataHost, metadataAddress } from "./metadata_host.ts";

for (
  const [address, expected] of [
    ["http://169.254.169.254/latest", true],
    ["http://2852039166/", true],
    ["http://0xa9fea9fe/", true],
    ["http://0251.0376.0251.0376/", true],
    ["http://169.254.1.1:8080/", true],
    ["http://[::ffff:169.254.169.254]/", true],
    ["http://[fe80::1]/", true],
    ["http://[::169.254.169.254]/", true],
    ["http://[64:ff9b::169.254.169.254]/", true],
    ["http://[fd00:ec2::254]/", true],
    ["http://METADATA.google.internal./", true],
    ["http://metadata/", true],
    ["http://169.253.169.254/", false],
    ["http://127.0.0.1/", false],
    ["http://10.0.0.1/", false],
    ["http://[::10.0.0.1]/", false],
    ["http://[2001:db8::a9fe:a9fe]/", false],
    ["http://[::1]/", false],
    ["http://metadata.example.com/", false],
    ["http://169.254.example.com/", false],
  ] as const
) {
  Deno.test(`${address} is ${expected ? "" : "not "}where a machine's credentials are told`, () =>
    assertEquals(isMetadataHost(new URL(address).hostname), expected));
}

for (
  const [addresses, expected] of [
    [[], ""],
    [["10.0.0.1", "2001:db8::1"], ""],
    [["10.0.0.1", "169.254.169.254"], "169.254.169.254"],
    [["::ffff:169.254.169.254"], "[::ffff:169.254.169.254]"],
    [["fe80::1%eth0"], "[fe80::1%eth0]"],
  ] as const
) {
  Deno.test(`a name with the addresses ${JSON.stringify(addresses)}`, async () =>
    assertEquals(await metadataAddress("x", () => Promise.resolve(addresses)), expected));
}
