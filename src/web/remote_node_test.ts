import { assertEquals } from "../../tests/assert.ts";
import { allowRemoteNodes, atNode, remoteNode, startRemoteNode } from "./remote_node.ts";

function begin(search: string): void {
  Object.assign(globalThis, { location: { search } });
  startRemoteNode();
}

Deno.test("remote node: what a tab has chosen goes along with each question but those about the login", () => {
  sessionStorage.clear();
  begin("");
  assertEquals(atNode("/dags"), "/dags");
  begin("?remoteNode=of%20fice");
  begin("");
  assertEquals([atNode("/dags"), atNode("/dag-runs?limit=1")], [
    "/dags?remoteNode=of%20fice",
    "/dag-runs?limit=1&remoteNode=of%20fice",
  ]);
  assertEquals([atNode("/session"), atNode("/auth/login")], ["/session", "/auth/login"]);
  begin("?remoteNode=local");
  assertEquals(atNode("/dags"), "/dags");
});

Deno.test("remote node: one that may not be shown is given up", () => {
  begin("?remoteNode=gone");
  allowRemoteNodes(["office"]);
  assertEquals(remoteNode(), "");
  begin("");
  assertEquals(remoteNode(), "");
});
