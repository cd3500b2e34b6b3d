/** Logins at a real OpenID Connect provider. */
import { Oidc, type OidcOptions } from "../../src/services/server/auth/oidc.ts";
import { ApiError } from "../../src/services/server/http/api_error.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { CLIENT, type OidcPlace, signIn, startProvider } from "../support/oidc_provider.ts";

const BACK = "http://127.0.0.1:1/oidc-callback";

function clientOf(place: OidcPlace, more: Partial<OidcOptions> = {}): Oidc {
  return new Oidc({
    issuer: place.issuer,
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    redirectUri: BACK,
    scopes: ["openid", "email"],
    whitelist: [],
    role: "viewer",
    now: Date.now,
    ...more,
  });
}

async function returned(url: string): Promise<Record<string, string>> {
  return Object.fromEntries(new URL(await signIn(url, "ann-at-provider")).searchParams);
}

async function refused(work: () => Promise<unknown>, status: number): Promise<void> {
  assertEquals((await assertRejects(work, ApiError)).status, status);
}

Deno.test("oidc: a person comes back with a mail address, by a code that is good once", async () => {
  await using place = await startProvider(BACK);
  const oidc = clientOf(place);
  const { url, state } = await oidc.begin();
  const asked = new URL(url).searchParams;
  assertEquals([asked.get("code_challenge_method"), asked.get("response_type")], ["S256", "code"]);
  const query = await returned(url);
  assertEquals(await oidc.finish(query, state), {
    subject: `${place.issuer} ann-at-provider`,
    email: "ann@example.com",
  });
  await refused(() => oidc.finish(query, state), 401);
});

Deno.test("oidc: what was begun elsewhere, long ago or not at all is refused", async () => {
  await using place = await startProvider(BACK);
  let now = Date.now();
  const oidc = clientOf(place, { now: () => now });
  const mine = await oidc.begin();
  const other = await oidc.begin();
  const query = await returned(mine.url);
  await refused(() => oidc.finish(query, other.state), 401);
  await refused(() => oidc.finish(query, ""), 401);
  await refused(() => oidc.finish({ ...query, iss: "http://evil.example" }, mine.state), 401);
  const late = await oidc.begin();
  const lateQuery = await returned(late.url);
  now += 11 * 60_000;
  await refused(() => oidc.finish(lateQuery, late.state), 401);
  const stolen = await oidc.begin();
  await refused(() => oidc.finish({ ...query, state: stolen.state }, stolen.state), 401);
});

Deno.test("oidc: only mail addresses that were verified and are on the list", async () => {
  await using place = await startProvider(BACK);
  const login = async (whitelist: readonly string[]) => {
    const oidc = clientOf(place, { whitelist });
    const { url, state } = await oidc.begin();
    return await oidc.finish(await returned(url), state);
  };
  assert(await login(["Ann@example.com"]));
  assert(await login(["@example.com"]));
  for (const list of [["bob@example.com"], ["@ample.com"], ["@example.com.evil"]]) {
    await refused(() => login(list), 403);
  }
  place.verified = false;
  await refused(() => login([]), 403);
});

Deno.test("oidc: a provider that cannot be asked is a bad gateway", async () => {
  const place = await startProvider(BACK);
  const { issuer } = place;
  await place[Symbol.asyncDispose]();
  await refused(() => clientOf({ ...place, issuer }).begin(), 502);
});
