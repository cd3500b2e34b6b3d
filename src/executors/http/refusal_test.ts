import { assert, assertEquals } from "../../../tests/assert.ts";
import type { PermissionDecl } from "../../core/permissions.ts";
import { refusalOf } from "./refusal.ts";

const LOCAL = "169.254.169.254";

async function refuses(
  entry: string,
  permissions: PermissionDecl | null,
  addresses: readonly string[] = [],
  direct = true,
): Promise<boolean> {
  const host = entry.slice(0, entry.lastIndexOf(":"));
  return await refusalOf({ host, entry, direct }, permissions, () => Promise.resolve(addresses)) !== "";
}

Deno.test("http: addresses of the machine's credentials have to be named", async () => {
  assert(await refuses(`${LOCAL}:80`, null));
  assert(await refuses(`${LOCAL}:80`, { net: [`${LOCAL}:81`] }));
  assert(!await refuses(`${LOCAL}:80`, { net: [LOCAL] }));
  assert(!await refuses("metadata.google.internal:80", { net: ["metadata.google.internal:80"] }));
  assert(!await refuses("10.0.0.1:80", null));
});

Deno.test("http: a name that leads there has to be named with its address", async () => {
  assert(await refuses("a.test:80", null, ["10.0.0.1", LOCAL]));
  assert(await refuses("a.test:80", { net: ["a.test:80"] }, [LOCAL]));
  assert(!await refuses("a.test:80", { net: ["a.test:80", `${LOCAL}:80`] }, [LOCAL]));
  assert(!await refuses("a.test:80", { net: true }, [LOCAL]));
  assert(!await refuses("a.test:80", null, ["10.0.0.1"]));
  assert(!await refuses("a.test:80", null, [LOCAL], false), "the proxy looks it up");
});

Deno.test("http: a refusal says what would allow it", async () => {
  const lookUp = () => Promise.resolve(["fe80::1"]);
  const to = { host: "a.test", entry: "a.test:443", direct: true };
  assertEquals(
    await refusalOf(to, null, lookUp),
    'Cannot send a request to "a.test:443", which leads to [fe80::1]: there the machine\'s own credentials may be ' +
      'told; "permissions" of the definition may allow it by "net: [a.test:443, [fe80::1]:443]"',
  );
});
