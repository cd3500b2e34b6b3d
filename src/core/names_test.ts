import { assert, assertEquals, assertMatch } from "../../tests/assert.ts";
import { checkDagName, checkRunId, checkStepId, checkStepName, dagDirName, safeName } from "./names.ts";

Deno.test("names: safe names keep letters, digits, dashes and underscores only", () => {
  assertEquals(safeName("a-B_9"), "a-B_9");
  assertEquals(safeName("v1.2/../x y"), "v1_2____x_y");
  assertEquals(safeName("größe 🚀"), "gr__e__");
});

Deno.test("names: folders of different DAGs differ", async () => {
  assertEquals(await dagDirName("plain-name"), "plain-name");
  const dotted = await dagDirName("a.b");
  assertMatch(dotted, /^a_b-[0-9a-f]{4}$/);
  assert(dotted !== await dagDirName("a b"));
  // printf v1.2 | sha256sum
  assertEquals(await dagDirName("v1.2"), "v1_2-0e4f");
});

Deno.test("names: DAG names", () => {
  for (const good of ["a", "v1.2_rc-3", "x".repeat(40), ".hidden", "__proto__"]) {
    assertEquals(checkDagName(good), "", good);
  }
  for (const bad of ["", "a b", "größe", "x".repeat(41), "a/b", ".", "..", "-rf", "a\n"]) {
    assert(checkDagName(bad) !== "", `${JSON.stringify(bad)} should be refused`);
  }
  assertMatch(checkDagName("a b"), /alphanumeric/);
  assertMatch(checkDagName("x".repeat(41)), /41 characters, at most 40/);
});

Deno.test("names: step names, ids and run ids", () => {
  assertEquals(checkStepName("größe 第二步 🚀"), "");
  assertEquals(checkStepName("ä".repeat(40)), "");
  assert(checkStepName("ä".repeat(41)) !== "");
  assert(checkStepName("a\u0000b") !== "");
  assertEquals(checkStepId("a_b-9"), "");
  for (const bad of ["1a", "_a", "a.b", "", "env", "outputs"]) assert(checkStepId(bad) !== "", bad);
  assertEquals(checkRunId("A-b_9"), "");
  assertEquals(checkRunId("x".repeat(64)), "");
  for (const bad of ["", "-a", "a.b", "a/b", "..", "x".repeat(65), "a b"]) {
    assert(checkRunId(bad) !== "", bad);
  }
});
