/** Logging in at an OpenID Connect provider. */
import { route } from "../../http/route.ts";
import { optional, text } from "../../http/schema.ts";
import { type Auth, needPeople } from "../auth.ts";
import { unauthorized } from "../refusals.ts";

/** What providers append to the address to which they send people back. */
const RETURNED = [
  "code",
  "state",
  "iss",
  "scope",
  "session_state",
  "authuser",
  "prompt",
  "hd",
  "error",
  "error_description",
  "error_uri",
] as const;
const returned = Object.fromEntries(RETURNED.map((name) => [name, optional(text({ max: 4000 }))]));
const COOKIE = "dagu-oidc";

/** @param home address of the pages */
export function oidcRoutes(auth: Auth, home: string) {
  const provider = () => {
    const { oidc } = needPeople(auth);
    if (!oidc) throw unauthorized("Logins by a provider are not enabled: set auth.mode to oidc");
    return oidc;
  };
  return [
    route({
      method: "get",
      at: "/auth/oidc/login",
      about: "Sends the browser to the OIDC provider",
      role: "public",
      answers: { 302: null },
      handle: async () => {
        const { url, state } = await provider().begin();
        // Lax: the provider's page sends the browser back.
        const cookie = `${COOKIE}=${state}; Path=/; HttpOnly; SameSite=Lax; Max-Age=600`;
        return { status: 302, empty: true, headers: { location: url, "set-cookie": cookie } };
      },
    }),
    route({
      method: "get",
      at: "/auth/oidc/callback",
      about: "Where the OIDC provider sends the browser back, which is logged in then; also /oidc-callback",
      role: "public",
      query: returned,
      answers: { 200: "text/html" },
      handle: async ({ query, headers, client }) => {
        const state = new RegExp(`(?:^|; *)${COOKIE}=([^;]+)`).exec(headers.get("cookie") ?? "")?.[1] ?? "";
        const person = await provider().finish(query as Record<string, string>, state);
        const { accounts, sessions } = needPeople(auth);
        const user = await accounts.ofProvider(person.subject, person.email, provider().role);
        const { cookie } = await sessions.begin(user);
        await auth.audit.note({
          user: user.username,
          client,
          action: "login",
          target: "oidc",
          outcome: "done",
        });
        // A redirection would still count as one from the provider's site, to which the cookie is not sent.
        return {
          type: "text/html; charset=utf-8",
          body: `<!doctype html><title>Logged in</title><meta http-equiv="refresh" content="0;url=${home}">`,
          headers: { "set-cookie": cookie },
        };
      },
    }),
  ];
}
