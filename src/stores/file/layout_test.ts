import { assertEquals } from "../../../tests/assert.ts";
import {
  attemptDirName,
  dagProcFile,
  dayPath,
  parseAttemptDirName,
  parseChildDirName,
  parseProcFileName,
  parseRunDirName,
  procDir,
  procFileName,
  runDirName,
  runLogDir,
  runLogName,
  runsDir,
  stepFileNames,
  utcStamp,
  viewDir,
} from "./layout.ts";

const AT = Date.UTC(2024, 2, 15, 12, 0, 1, 23);
const roots = { dataDir: "/h/data", logDir: "/h/logs" };

Deno.test("names of runs and attempts", () => {
  assertEquals(utcStamp(AT), "20240315_120001");
  assertEquals(dayPath(AT), "2024/03/15");
  assertEquals(runDirName(AT, "a_b"), "dag-run_20240315_120001Z_a_b");
  assertEquals(attemptDirName(AT, "def456"), "attempt_20240315_120001_023Z_def456");
  const elsewhere = { ...roots, dagRunsDir: "/runs", procDir: "/proc-files" };
  assertEquals(runsDir(elsewhere, "d"), "/runs/d/dag-runs");
  assertEquals(procDir(elsewhere, "q"), "/proc-files/q");
  assertEquals(runsDir(roots, "d"), "/h/data/dag-runs/d/dag-runs");
});

Deno.test("names are read back, and others are not", () => {
  assertEquals(parseRunDirName("dag-run_20240315_120001Z_a_b"), { at: AT - 23, id: "a_b" });
  assertEquals(parseAttemptDirName("attempt_20240315_120001_023Z_def456"), { at: AT, attemptId: "def456" });
  assertEquals(parseChildDirName("child_x"), "x");
  for (
    const name of ["dag-run_20240315_120001Z_", "dag-run_20241315_120001Z_a", ".new-1", "x", ".dagu_lock"]
  ) {
    assertEquals(parseRunDirName(name), null);
  }
  for (const name of [".attempt_20240315_120001_023Z_a", "attempt_20240315_120001Z_a", "children"]) {
    assertEquals(parseAttemptDirName(name), null);
  }
  assertEquals(parseChildDirName("child_"), null);
});

Deno.test("heartbeats are known in both forms", () => {
  assertEquals(procFileName("abc123", AT), "abc123_1710504001");
  assertEquals(dagProcFile("my.dag", "r_1", AT), "my.dag/proc_20240315_120001Z_r_1.proc");
  assertEquals(parseProcFileName(procFileName("r_1", AT)), "r_1");
  assertEquals(parseProcFileName("proc_20240315_120001Z_r_1.proc"), "r_1");
  assertEquals(parseProcFileName(".dagu_lock"), null);
  assertEquals(procDir(roots, "../x"), "/h/data/proc/___x");
  assertEquals(procDir(roots, ".."), "/h/data/proc/__");
});

Deno.test("logs of a run and its view", () => {
  assertEquals(runLogDir("/l", "a.b", AT, "id"), "/l/a_b/dag-run_20240315_120001Z_id");
  assertEquals(viewDir("/l", "my-workflow", AT, "abc123"), "/l/dags/my-workflow/20240315_120001_abc123");
  assertEquals(/^dag-run_\d{8}\.\d{6}\.023\.12345678\.log$/.test(runLogName(AT, "123456789")), true);
});

Deno.test("log files of different steps have different names", () => {
  const names = stepFileNames(["a b", "a_b", "a/b", "a_b", "A_B", "run", "日本", ""]);
  assertEquals([...names.values()], ["a_b", "a_b-2", "a_b-3", "A_B-4", "run-2", "__", "_"]);
});
