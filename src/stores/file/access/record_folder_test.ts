import type { ApiKey, User } from "../../../core/access/account.ts";
import { assert, assertEquals } from "../../../../tests/assert.ts";
import { API_KEY_JSON, USER_JSON } from "../json/account_json.ts";
import { RecordFolder } from "./record_folder.ts";

const ID = "0190a2b4-0000-7000-8000-000000000001";
const USER: User = {
  id: ID,
  username: "ann",
  passwordHash: "$scrypt$x",
  role: "operator",
  createdAt: 1_700_000_000_000,
  updatedAt: 1_700_000_000_000,
  tokenVersion: "v1",
  mustChangePassword: false,
  providerSubject: "",
};

async function withFolder(work: (path: string) => Promise<void>): Promise<void> {
  const home = await Deno.makeTempDir({ prefix: "records-" });
  try {
    await work(`${home}/data/users`);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

Deno.test("record folder: what was put is there, for nobody else, also for another process", async () => {
  await withFolder(async (path) => {
    const folder = new RecordFolder(path, USER_JSON, Date.now);
    assertEquals(folder.all(), []);
    await folder.put(USER);
    assertEquals(Deno.statSync(`${path}/${ID}.json`).mode! & 0o777, 0o600);
    assertEquals(Deno.statSync(path).mode! & 0o777, 0o700);
    assertEquals(folder.get(ID), USER);
    const other = new RecordFolder(path, USER_JSON, Date.now);
    await other.put({ ...USER, role: "admin" });
    assertEquals(folder.get(ID)?.role, "admin");
    assertEquals(await other.remove(ID), true);
    assertEquals(folder.all(), []);
    assertEquals(await folder.remove(ID), false);
  });
});

Deno.test("record folder: an old answer is kept, a change after it is seen", async () => {
  await withFolder(async (path) => {
    const folder = new RecordFolder(path, USER_JSON, () => Date.now() + 60_000);
    await folder.put(USER);
    assertEquals(folder.all(), folder.all());
    const other = new RecordFolder(path, USER_JSON, Date.now);
    await other.put({ ...USER, username: "eve" });
    Deno.utimeSync(path, new Date(), new Date(Date.now() + 5000));
    assertEquals(folder.get(ID)?.username, "eve");
  });
});

Deno.test("record folder: damaged and foreign files harm only themselves, and no id leads out of it", async () => {
  await withFolder(async (path) => {
    const folder = new RecordFolder(path, USER_JSON, Date.now);
    await folder.put(USER);
    Deno.writeTextFileSync(`${path}/0190a2b4-0000-7000-8000-000000000002.json`, "{");
    Deno.writeTextFileSync(`${path}/notes.json`, "{}");
    Deno.writeTextFileSync(`${path}/../out.json`, "{}");
    assertEquals(folder.all(), [USER]);
    assertEquals(await folder.remove("../out"), false);
    assert(Deno.statSync(`${path}/../out.json`).isFile);
  });
});

Deno.test("record folder: a user of Dagu is read; a key whose limits are damaged is not", () => {
  const dagu = {
    id: ID,
    username: "ann",
    password_hash: "$2a$12$abc",
    role: "viewer",
    created_at: "2026-01-02T03:04:05Z",
    updated_at: "2026-01-02T03:04:05.123456789Z",
  };
  assertEquals(USER_JSON.decode(dagu)?.tokenVersion, "");
  const key: ApiKey = {
    id: ID,
    name: "ci",
    description: "",
    role: "viewer",
    keyHash: "h",
    keyPrefix: "dagu_abc",
    createdAt: 1_700_000_000_000,
    updatedAt: 1_700_000_000_000,
    createdBy: "ann",
    lastUsedAt: 0,
    expiresAt: 1_800_000_000_000,
    dags: ["one"],
  };
  assertEquals(API_KEY_JSON.decode(API_KEY_JSON.encode(key)), key);
  assertEquals(API_KEY_JSON.decode({ ...API_KEY_JSON.encode(key), expires_at: "soon" }), null);
  assertEquals(API_KEY_JSON.decode({ ...API_KEY_JSON.encode(key), dags: "one" }), null);
});
