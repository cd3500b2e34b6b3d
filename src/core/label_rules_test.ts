import { assertEquals } from "../../tests/assert.ts";
import { forbiddenLabels, type LabelRules } from "./label_rules.ts";
import type { PeerRole } from "./peer/peer_identity.ts";

const RULES: LabelRules = { "gpu-1": ["gpu=true", "region=eu"], edge: ["region=eu", "region=us"] };

const forbidden = (
  rules: LabelRules,
  id: string,
  labels: Record<string, string>,
  role: PeerRole = "worker",
) => forbiddenLabels(rules, { id, roles: [role] }, labels);

Deno.test("label rules: without any, a worker has what it likes", () => {
  assertEquals(forbidden({}, "w", { gpu: "true" }), []);
});

Deno.test("label rules: a worker has no more than what its name may, and need not have all of it", () => {
  assertEquals(forbidden(RULES, "gpu-1", {}), []);
  assertEquals(forbidden(RULES, "gpu-1", { gpu: "true" }), []);
  assertEquals(forbidden(RULES, "gpu-1", { gpu: "false", region: "eu", pay: "yes" }), [
    "gpu=false",
    "pay=yes",
  ]);
  assertEquals(forbidden(RULES, "edge", { region: "us" }), []);
});

Deno.test("label rules: who is not named has what is for all others, or nothing", () => {
  for (const id of ["other", "gpu-1x", "constructor", "__proto__"]) {
    assertEquals(forbidden(RULES, id, { gpu: "true" }), ["gpu=true"], id);
    assertEquals(forbidden({ ...RULES, "*": ["gpu=true"] }, id, { gpu: "true" }), [], id);
  }
  // Its own entry stands in place of that for all others.
  assertEquals(forbidden({ ...RULES, "*": ["pay=yes"] }, "gpu-1", { pay: "yes" }), ["pay=yes"]);
});

Deno.test("label rules: they are not for admins, who may hand out any task", () => {
  assertEquals(forbidden(RULES, "gpu-1", { pay: "yes" }, "admin"), []);
});
