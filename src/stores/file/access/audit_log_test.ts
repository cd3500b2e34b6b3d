import { assert, assertEquals } from "../../../../tests/assert.ts";
import { AuditLog } from "./audit_log.ts";

const entry = (user: string) =>
  ({ user, client: "127.0.0.1", action: "login", target: "", outcome: "done" }) as const;

async function withLog(
  maxBytes: number,
  work: (log: AuditLog, folder: string) => Promise<void>,
): Promise<void> {
  const home = await Deno.makeTempDir({ prefix: "audit-" });
  let now = 1_700_000_000_000;
  try {
    const folder = `${home}/audit`;
    await work(new AuditLog({ folder, maxBytes, keep: 2, now: () => now += 1000 }), folder);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

Deno.test("audit log: newest first, in pages, for one user; for nobody else to read", async () => {
  await withLog(100_000, async (log, folder) => {
    for (const user of ["ann", "bob", "ann", "eve"]) await log.add(entry(user));
    const users = (query: { limit?: number; before?: string; user?: string }) =>
      log.read({ limit: 10, before: "", user: "", ...query }).map((one) => one.user);
    assertEquals(users({}), ["eve", "ann", "bob", "ann"]);
    assertEquals(users({ user: "ann" }), ["ann", "ann"]);
    const [, second] = log.read({ limit: 2, before: "", user: "" });
    assertEquals(users({ before: second.id }), ["bob", "ann"]);
    assertEquals(Deno.statSync(`${folder}/audit.jsonl`).mode! & 0o777, 0o600);
  });
});

Deno.test("audit log: a torn line costs itself only, and no text makes lines of its own", async () => {
  await withLog(100_000, async (log, folder) => {
    await log.add(entry("ann"));
    Deno.writeTextFileSync(`${folder}/audit.jsonl`, `{"id":"x`, { append: true });
    await log.add(entry(`bob\n{"id":"forged"}`));
    await log.add(entry("x".repeat(10_000)));
    const users = log.read({ limit: 10, before: "", user: "" }).map((one) => one.user);
    assertEquals([users.length, users[0].length, users[1], users[2]], [
      3,
      300,
      `bob\n{"id":"forged"}`,
      "ann",
    ]);
  });
});

Deno.test("audit log: long files are put aside, and only some of them stay", async () => {
  await withLog(400, async (log, folder) => {
    for (let i = 0; i < 30; i++) await log.add(entry(`user${i}`));
    const files = [...Deno.readDirSync(folder)].map((file) => file.name);
    assertEquals(files.length, 3);
    const found = log.read({ limit: 100, before: "", user: "" });
    assert(found.length >= 4 && found.length < 30, String(found.length));
    assertEquals(found[0].user, "user29");
    assertEquals(found.map((one) => one.at), found.map((one) => one.at).sort((a, b) => b - a));
  });
});
