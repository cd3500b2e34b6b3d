import { assertEquals } from "../../tests/assert.ts";
import { hasRole, LOCAL_PEER, peerOfUris, roleUri, speaksFor } from "./peer.ts";

Deno.test("a certificate's roles come back as they were named", () => {
  for (const id of ["w-1", "*", "a/b c", 'ü,"x"']) {
    assertEquals(peerOfUris("n", [roleUri("worker", id)]), { name: "n", roles: ["worker"], workerId: id });
  }
  const both = peerOfUris("n", ["https://a.example", roleUri("client"), roleUri("worker", "w")])!;
  assertEquals(both, { name: "n", roles: ["client", "worker"], workerId: "w" });
});

Deno.test("what names no role is nobody", () => {
  for (const uris of [[], ["role:"], ["role:root"], ["role:Worker/w"], ["xrole:client"], ["role:client "]]) {
    assertEquals(peerOfUris("n", uris), null, JSON.stringify(uris));
  }
});

Deno.test("a worker speaks for itself only", () => {
  const worker = peerOfUris("n", [roleUri("worker", "w1")])!;
  assertEquals([speaksFor(worker, "w1"), speaksFor(worker, "w2"), speaksFor(worker, "")], [
    true,
    false,
    false,
  ]);
  assertEquals([hasRole(worker, "client"), hasRole(worker, "admin")], [false, false]);
  const nameless = peerOfUris("n", ["role:worker"])!;
  assertEquals([speaksFor(nameless, ""), speaksFor(nameless, "w1")], [false, false]);
});

Deno.test("who may dispatch is no worker", () => {
  const client = peerOfUris("n", [roleUri("client")])!;
  assertEquals([hasRole(client, "client"), speaksFor(client, "w1")], [true, false]);
  assertEquals([hasRole(LOCAL_PEER, "client"), speaksFor(LOCAL_PEER, "w1")], [true, true]);
});
