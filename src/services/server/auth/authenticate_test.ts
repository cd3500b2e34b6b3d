import { assertEquals, assertRejects } from "../../../../tests/assert.ts";
import { ApiError } from "../http/api_error.ts";
import { authenticateBy, type AuthWays } from "./authenticate.ts";

const BASIC = { username: "ann", password: "purple: teapot" };
const NONE: AuthWays = { accounts: null, basic: null, token: "", now: () => 0 };

function ask(ways: Partial<AuthWays>, authorization: string | null, client = "1.1.1.1") {
  const headers = new Headers(authorization === null ? {} : { authorization });
  return authenticateBy({ ...NONE, ...ways })(new Request("http://localhost/", { headers }), client);
}

const basic = (pair: string) => `Basic ${btoa(pair)}`;

Deno.test("authenticate: the one name with its password has every right", async () => {
  const principal = await ask({ basic: BASIC }, basic("ann:purple: teapot"));
  assertEquals([principal.name, principal.role, principal.dags], ["ann", "admin", null]);
  for (
    const wrong of [null, basic("ann:purple"), basic("bob:purple: teapot"), basic(":"), "Basic ???", "Basic "]
  ) {
    const error = await assertRejects(() => ask({ basic: BASIC }, wrong), ApiError);
    assertEquals([error.status, error.headers["www-authenticate"]], [401, `Basic realm="restricted"`]);
  }
});

Deno.test("authenticate: a fixed token works beside, and nothing is a token where there is none", async () => {
  assertEquals((await ask({ token: "t0ken" }, "Bearer t0ken")).role, "admin");
  assertEquals((await ask({ token: "t0ken", basic: BASIC }, "bearer t0ken")).role, "admin");
  for (const wrong of ["Bearer ", "Bearer", "Bearer t0ke", "t0ken", "Bearer dagu_x"]) {
    await assertRejects(() => ask({ token: "t0ken" }, wrong), ApiError);
    await assertRejects(() => ask({}, wrong), ApiError);
  }
});

Deno.test("authenticate: wrong passwords slow down the address that they come from", async () => {
  const authenticate = authenticateBy({ ...NONE, basic: BASIC });
  const from = (client: string, pair: string) =>
    authenticate(new Request("http://localhost/", { headers: { authorization: basic(pair) } }), client);
  const codes: number[] = [];
  for (let i = 0; i < 8; i++) {
    codes.push((await assertRejects(() => from("1.1.1.1", `ann:${i}`), ApiError)).status);
  }
  assertEquals(codes, [401, 401, 401, 401, 401, 429, 429, 429]);
  assertEquals((await from("2.2.2.2", "ann:purple: teapot")).name, "ann");
});
