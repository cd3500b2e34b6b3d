/** Accounts of people, for administrators. */
import { ROLES } from "../../../../core/access/role.ts";
import { type Call, route } from "../../http/route.ts";
import { list, object, optional, text, word } from "../../http/schema.ts";
import { type Auth, needPeople, needPerson } from "../auth.ts";
import { notAllowed } from "../refusals.ts";
import { nameShape, passwordShape, userJson, userShape } from "./login.ts";

export const idShape = text({ pattern: /^[0-9a-f-]{36}$/, max: 36 });
const path = { userId: idShape };
const one = object({ user: userShape });

export function userRoutes(auth: Auth) {
  return [
    listUsers(auth),
    createUser(auth),
    showUser(auth),
    updateUser(auth),
    removeUser(auth),
    resetPassword(auth),
  ];
}

function listUsers(auth: Auth) {
  return route({
    method: "get",
    at: "/users",
    about: "All accounts",
    role: "admin",
    answers: { 200: object({ users: list(userShape) }) },
    handle: (call) => ({ json: { users: accounts(auth, call).list().map(userJson) } }),
  });
}

function createUser(auth: Auth) {
  return route({
    method: "post",
    at: "/users",
    about: "Makes an account",
    role: "admin",
    body: object({ username: nameShape, password: passwordShape, role: word(ROLES) }),
    answers: { 201: one },
    handle: async (call) => ({
      status: 201,
      json: { user: userJson(await accounts(auth, call).create(call.body)) },
    }),
  });
}

function showUser(auth: Auth) {
  return route({
    method: "get",
    at: "/users/{userId}",
    about: "An account",
    role: "admin",
    path,
    answers: { 200: one },
    handle: (call) => ({ json: { user: userJson(accounts(auth, call).get(call.path.userId)) } }),
  });
}

function updateUser(auth: Auth) {
  return route({
    method: "patch",
    at: "/users/{userId}",
    about: "Changes name or role of an account; another role ends its logins",
    role: "admin",
    path,
    body: object({ username: optional(nameShape), role: optional(word(ROLES)) }),
    answers: { 200: one },
    handle: async (call) => ({
      json: { user: userJson(await accounts(auth, call).update(call.path.userId, call.body)) },
    }),
  });
}

function removeUser(auth: Auth) {
  return route({
    method: "delete",
    at: "/users/{userId}",
    about: "Removes an account, but not the own one and not the last administrator's",
    role: "admin",
    path,
    answers: { 204: null },
    handle: async (call) => {
      const known = accounts(auth, call);
      if (call.principal.userId === call.path.userId) {
        throw notAllowed("You cannot remove your own account");
      }
      await known.remove(call.path.userId);
      return { status: 204, empty: true };
    },
  });
}

function resetPassword(auth: Auth) {
  return route({
    method: "post",
    at: "/users/{userId}/reset-password",
    about: "Gives an account another password and ends its logins",
    role: "admin",
    path,
    body: object({ newPassword: passwordShape }),
    answers: { 200: object({ message: text() }) },
    handle: async (call) => {
      await accounts(auth, call).setPassword(call.path.userId, call.body.newPassword);
      return { json: { message: "Password reset successfully" } };
    },
  });
}

function accounts(auth: Auth, { principal }: Pick<Call<unknown, unknown, unknown>, "principal">) {
  needPerson(principal);
  return needPeople(auth).accounts;
}
