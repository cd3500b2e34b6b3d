/** The matrix of roles and endpoints. Each endpoint stands here by hand: a new one without a rule fails. */
import { reaches, type Role, ROLES } from "../../src/core/access/role.ts";
import { ApiError } from "../../src/services/server/http/api_error.ts";
import type { Route } from "../../src/services/server/http/route.ts";
import { assertEquals } from "../assert.ts";
import { Api, type ApiOptions, type Reply } from "../support/api.ts";

/** "nobody" needs no login; "anyone" is whoever has logged in. */
type Needed = Role | "nobody" | "anyone";

const RULES: Readonly<Record<Needed, string>> = {
  nobody: `
    GET /health
    GET /ready
    GET /auth/ways
    GET /auth/oidc/login
    GET /auth/oidc/callback
    POST /auth/login
    POST /webhooks/{fileName}
  `,
  anyone: `
    GET /session
    GET /auth/me
    POST /auth/logout
    POST /auth/change-password
  `,
  viewer: `
    GET /approvals
    GET /dag-runs
    GET /dag-runs/{name}
    GET /dag-runs/{name}/{dagRunId}
    GET /dag-runs/{name}/{dagRunId}/log
    GET /dag-runs/{name}/{dagRunId}/log/raw
    GET /dag-runs/{name}/{dagRunId}/logs
    GET /dag-runs/{name}/{dagRunId}/outputs
    GET /dag-runs/{name}/{dagRunId}/spec
    GET /dag-runs/{name}/{dagRunId}/steps/{stepName}/log
    GET /dag-runs/{name}/{dagRunId}/steps/{stepName}/log/raw
    GET /dag-runs/{name}/{dagRunId}/steps/{stepName}/log/search
    GET /dag-runs/{name}/{dagRunId}/sub-dag-runs
    GET /dag-runs/{name}/{dagRunId}/sub-dag-runs/{subDAGRunId}
    GET /dag-runs/{name}/{dagRunId}/sub-dag-runs/{subDAGRunId}/log
    GET /dag-runs/{name}/{dagRunId}/sub-dag-runs/{subDAGRunId}/spec
    GET /dag-runs/{name}/{dagRunId}/sub-dag-runs/{subDAGRunId}/steps/{stepName}/log
    GET /dag-runs/{name}/{dagRunId}/sub-dag-runs/{subDAGRunId}/steps/{stepName}/log/raw
    GET /dag-runs/{name}/{dagRunId}/sub-dag-runs/{subDAGRunId}/steps/{stepName}/log/search
    GET /dag-runs/{name}/{dagRunId}/why
    GET /dags
    GET /dags/search
    GET /dags/tags
    GET /dags/{fileName}
    GET /dags/{fileName}/dag-runs
    GET /dags/{fileName}/dag-runs/{dagRunId}
    GET /dags/{fileName}/grid
    GET /dags/{fileName}/params
    GET /dags/{fileName}/settings
    GET /dags/{fileName}/spec
    GET /docs
    GET /events
    GET /metrics
    GET /openapi.json
    GET /queues
    GET /remote-nodes
    GET /schedule
    GET /schedule/history
    GET /schemas/dag
    GET /services/coordinator
    GET /services/disk
    GET /services/resources/history
    GET /services/scheduler
    GET /workers
    POST /dags/validate
  `,
  operator: `
    GET /dag-runs/{name}/{dagRunId}/dequeue
    PATCH /dag-runs/{name}/{dagRunId}/steps/{stepName}/status
    PATCH /dag-runs/{name}/{dagRunId}/sub-dag-runs/{subDAGRunId}/steps/{stepName}/status
    POST /dag-runs/{name}/{dagRunId}/dequeue
    POST /dag-runs/{name}/{dagRunId}/reschedule
    POST /dag-runs/{name}/{dagRunId}/retry
    POST /dag-runs/{name}/{dagRunId}/steps/{stepName}/approve
    POST /dag-runs/{name}/{dagRunId}/steps/{stepName}/reject
    POST /dag-runs/{name}/{dagRunId}/stop
    POST /dag-runs/{name}/{dagRunId}/sub-dag-runs/{subDAGRunId}/steps/{stepName}/approve
    POST /dag-runs/{name}/{dagRunId}/sub-dag-runs/{subDAGRunId}/steps/{stepName}/reject
    POST /dags/{fileName}/dry-run
    GET /dags/{fileName}/backfill
    POST /dags/{fileName}/backfill
    POST /dags/{fileName}/enqueue
    POST /dags/{fileName}/start
    POST /dags/{fileName}/stop-all
    POST /dags/{fileName}/suspend
  `,
  developer: `
    DELETE /dags/{fileName}
    POST /dags
    POST /dags/{fileName}/rename
    PUT /dags/{fileName}/spec
  `,
  manager: `
    DELETE /dags/{fileName}/webhook
    GET /dags/{fileName}/webhook
    GET /webhooks
    POST /dag-runs
    POST /dag-runs/enqueue
    POST /dags/{fileName}/webhook
    POST /dags/{fileName}/webhook/regenerate
    POST /dags/{fileName}/webhook/toggle
  `,
  admin: `
    DELETE /api-keys/{keyId}
    DELETE /users/{userId}
    GET /api-keys
    GET /api-keys/{keyId}
    GET /audit
    GET /services/settings
    GET /users
    GET /users/{userId}
    PATCH /api-keys/{keyId}
    PATCH /users/{userId}
    POST /api-keys
    POST /users
    POST /users/{userId}/reset-password
  `,
};

const NEEDED: ReadonlyMap<string, Needed> = new Map(
  Object.entries(RULES).flatMap(([needed, lines]) =>
    lines.trim().split("\n").map((line): [string, Needed] => [line.trim(), needed as Needed])
  ),
);

const nameOf = ({ method, at }: Route) => `${method.toUpperCase()} ${at}`;

/** What each endpoint answers, by its name. */
async function askAll(options: ApiOptions): Promise<Map<string, Reply>> {
  await using api = await Api.make(options);
  const replies = new Map<string, Reply>();
  for (const route of api.routes) {
    const body = route.method === "get" || route.method === "delete" ? undefined : {};
    const path = route.at.replace(/\{\w+\}/g, "one");
    replies.set(nameOf(route), await api.call(route.method.toUpperCase(), path, body));
  }
  assertEquals(api.asked, [], "nothing was there to be done");
  assertEquals(api.defects, []);
  return replies;
}

Deno.test("roles: every endpoint has its rule, and every rule its endpoint", async () => {
  // Only where there are accounts all endpoints are there.
  const names = [...(await askAll({ people: true })).keys()];
  assertEquals(names.filter((name) => !NEEDED.has(name)), [], "endpoints without a rule");
  assertEquals([...NEEDED.keys()].filter((name) => !names.includes(name)), [], "rules without an endpoint");
});

for (const role of ROLES) {
  Deno.test(`roles: ${role} may do what the rules say, and no more`, async () => {
    const me = { name: "me", role, dags: null };
    const replies = await askAll({ people: true, authenticate: () => Promise.resolve(me) });
    for (const [name, needed] of NEEDED) {
      const may = needed === "nobody" || needed === "anyone" || reaches(role, needed);
      const { status, json } = replies.get(name)!;
      const refused = String(json?.message).startsWith("Insufficient permissions: the role ");
      assertEquals(refused, !may, `${name}: ${status}`);
      if (!may) assertEquals([status, json.code], [403, "forbidden"], name);
    }
  });
}

Deno.test("roles: who has not logged in gets nothing but what is for nobody", async () => {
  const authenticate = () => Promise.reject(new ApiError(401, "unauthorized", "Log in first"));
  const replies = await askAll({ people: true, authenticate });
  for (const [name, needed] of NEEDED) {
    const refused = replies.get(name)!.json?.message === "Log in first";
    assertEquals(refused, needed !== "nobody", name);
  }
});

Deno.test("roles: who has to change the password may do nothing else", async () => {
  const me = { name: "me", role: "admin" as const, dags: null, mustChangePassword: true };
  const replies = await askAll({ people: true, authenticate: () => Promise.resolve(me) });
  for (const [name, needed] of NEEDED) {
    const open = needed === "nobody" || needed === "anyone";
    assertEquals(replies.get(name)!.json?.code === "auth.password_change_needed", !open, name);
  }
});
