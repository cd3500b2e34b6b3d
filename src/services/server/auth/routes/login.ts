/** Logging in and out, and what people do with their own account. */
import type { User } from "../../../../core/access/account.ts";
import { ROLES } from "../../../../core/access/role.ts";
import { timeText } from "../../../../stores/file/json/time_text.ts";
import type { Principal } from "../../access/guard.ts";
import { ApiError } from "../../http/api_error.ts";
import { route } from "../../http/route.ts";
import { flag, type Infer, named, object, optional, text, word } from "../../http/schema.ts";
import { type Auth, needPeople } from "../auth.ts";
import { notAllowed } from "../refusals.ts";

export const nameShape = text({
  pattern: /^[\p{L}\p{N}_][\p{L}\p{N}_.@+-]*$/u,
  max: 64,
  description: "Letters, digits, dashes, dots, underscores, plus and at signs",
});
/** Longer texts are never hashed. */
export const passwordShape = text({ min: 1, max: 1000 });

export const userShape = named(
  "User",
  object({
    id: text(),
    username: text(),
    role: word(ROLES),
    createdAt: text(),
    updatedAt: text(),
    mustChangePassword: optional(flag({ description: "Nothing else is allowed before" })),
  }),
);

export type UserJson = Infer<typeof userShape>;

/** Time of what was never made. */
const NEVER = "0001-01-01T00:00:00Z";

const tokenShape = { token: text(), expiresAt: text() };

export function userJson(user: User) {
  const { id, username, role } = user;
  return {
    id,
    username,
    role,
    createdAt: timeText(user.createdAt),
    updatedAt: timeText(user.updatedAt),
    ...(user.mustChangePassword ? { mustChangePassword: true } : {}),
  };
}

/** Who came by a key, a token or the one password of all has no account: what stands in place of one. */
function principalJson({ name, role }: Principal): UserJson {
  return { id: name, username: name, role, createdAt: NEVER, updatedAt: NEVER };
}

export function loginRoutes(auth: Auth) {
  return [
    logIn(auth),
    logOut(auth),
    ownAccount(auth),
    changePassword(auth),
  ];
}

function logIn(auth: Auth) {
  return route({
    method: "post",
    at: "/auth/login",
    about: "Gives a token for a name and a password; pages get a cookie as well",
    role: "public",
    body: object({ username: text({ max: 64 }), password: passwordShape }),
    answers: { 200: object({ ...tokenShape, user: userShape }) },
    handle: async ({ body, client }) => {
      const { accounts, sessions } = needPeople(auth);
      try {
        const user = await accounts.login(body.username, body.password, client);
        const { token, expiresAt, cookie } = await sessions.begin(user);
        await note(auth, user.username, client, "login", true);
        return {
          json: { token, expiresAt: timeText(expiresAt), user: userJson(user) },
          headers: { "set-cookie": cookie, "cache-control": "no-store" },
        };
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) {
          await note(auth, body.username, client, "login", false);
        }
        throw error;
      }
    },
  });
}

function logOut(auth: Auth) {
  return route({
    method: "post",
    at: "/auth/logout",
    about: "Ends all logins of the one who asks",
    role: "anyone",
    answers: { 204: null },
    handle: async ({ principal, client }) => {
      const { accounts, sessions, user } = own(auth, principal);
      await accounts.logout(user.id);
      await note(auth, user.username, client, "logout", true);
      return { status: 204, empty: true, headers: { "set-cookie": sessions.goodbye } };
    },
  });
}

function ownAccount(auth: Auth) {
  return route({
    method: "get",
    at: "/auth/me",
    about: "The account of the one who asks; a key, a token or the one password of all is told as one",
    role: "anyone",
    answers: { 200: object({ user: userShape }) },
    handle: ({ principal }) => {
      if (principal.unnamed) needPeople(auth);
      return {
        json: { user: principal.userId ? userJson(own(auth, principal).user) : principalJson(principal) },
        headers: { "cache-control": "no-store" },
      };
    },
  });
}

function changePassword(auth: Auth) {
  return route({
    method: "post",
    at: "/auth/change-password",
    about: "Changes the own password, ends all logins and begins another one",
    role: "anyone",
    body: object({ currentPassword: passwordShape, newPassword: passwordShape }),
    answers: { 200: object({ message: text(), ...tokenShape }) },
    handle: async ({ body, principal, client }) => {
      const { accounts, sessions, user: { id } } = own(auth, principal);
      const user = await accounts.changePassword(id, body.currentPassword, body.newPassword, client);
      const { token, expiresAt, cookie } = await sessions.begin(user);
      await note(auth, user.username, client, "change password", true);
      return {
        json: { message: "Password changed successfully", token, expiresAt: timeText(expiresAt) },
        headers: { "set-cookie": cookie, "cache-control": "no-store" },
      };
    },
  });
}

function own(auth: Auth, principal: Principal) {
  const { accounts, sessions } = needPeople(auth);
  if (!principal.userId) throw notAllowed(`"${principal.name}" is not the account of a person`);
  return { accounts, sessions, user: accounts.get(principal.userId) };
}

function note(auth: Auth, user: string, client: string, action: string, done: boolean) {
  return auth.audit.note({ user, client, action, target: "", outcome: done ? "done" : "refused" });
}
