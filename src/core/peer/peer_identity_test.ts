import { assertEquals } from "../../../tests/assert.ts";
import { hasRole, isPeerId, speaksFor } from "./peer_identity.ts";

Deno.test("peer: a worker speaks for itself only, an admin for all", () => {
  const worker = { id: "gpu-1", roles: ["worker"] } as const;
  assertEquals(
    ["gpu-1", "gpu-1@4711", "gpu-10", "gpu", "other"].map((id) => speaksFor(worker, id)),
    [true, true, false, false, false],
  );
  assertEquals(hasRole(worker, "client"), false);
  assertEquals(speaksFor({ id: "c", roles: ["client"] }, "c"), false);
  const admin = { id: "ops", roles: ["admin"] } as const;
  assertEquals([speaksFor(admin, "any"), hasRole(admin, "client")], [true, true]);
});

Deno.test("peer: an id has no sign in it that parts something", () => {
  assertEquals(
    ["w-1", "host.example", "a@b", "a/b", "a,b", "-a", "", "a b", "x".repeat(65)].map(isPeerId),
    [true, true, false, false, false, false, false, false, false],
  );
});
