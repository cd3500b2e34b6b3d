import { assertEquals, assertThrows } from "../../../../tests/assert.ts";
import { DaguError } from "../../../core/errors.ts";
import { portBindings } from "./ports_text.ts";

function bound(...texts: string[]): string[] {
  return Object.entries(portBindings(texts).bindings).flatMap(([port, places]) =>
    places.map(({ HostIp, HostPort }) => `${HostIp}|${HostPort}|${port}`)
  );
}

Deno.test("ports: every form of the short syntax", () => {
  assertEquals(bound("80"), ["||80/tcp"]);
  assertEquals(bound("8080:80"), ["|8080|80/tcp"]);
  assertEquals(bound("127.0.0.1:8080:80/udp"), ["127.0.0.1|8080|80/udp"]);
  assertEquals(bound("127.0.0.1::80"), ["127.0.0.1||80/tcp"]);
  assertEquals(bound("[::1]:8080:80"), ["::1|8080|80/tcp"]);
  assertEquals(bound("8000-8001:90-91"), ["|8000|90/tcp", "|8001|91/tcp"]);
  assertEquals(bound("8000-8010:80"), ["|8000-8010|80/tcp"]);
  assertEquals(bound("80", "8080:80"), ["||80/tcp", "|8080|80/tcp"]);
  assertEquals(portBindings(["53/udp"]).exposed, { "53/udp": {} });
});

Deno.test("ports: what is no port is refused by name", () => {
  for (const text of ["", "x", "0", "70000", "1:2:3:4", "8000-8001:90-95", "9-8", "80/http", "a:80"]) {
    assertThrows(() => portBindings([text]), DaguError, `Cannot publish the port "${text}"`);
  }
});
