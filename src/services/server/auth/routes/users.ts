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
  const accounts = ({ principal }: Pick<Call<unknown, unknown, unknown>, "principal">) => {
    needPerson(principal);
    return needPeople(auth).accounts;
  };
  return [
    route({
      method: "get",
      at: "/users",
      about: "All accounts",
      role: "admin",
      answers: { 200: object({ users: list(userShape) }) },
      handle: (call) => ({ json: { users: accounts(call).list().map(userJson) } }),
    }),
    route({
      method: "post",
      at: "/users",
      about: "Makes an account",
      role: "admin",
      body: object({ username: nameShape, password: passwordShape, role: word(ROLES) }),
      answers: { 201: one },
      handle: async (call) => ({
        status: 201,
        json: { user: userJson(await accounts(call).create(call.body)) },
      }),
    }),
    route({
      method: "get",
      at: "/users/{userId}",
      about: "An account",
      role: "admin",
      path,
      answers: { 200: one },
      handle: (call) => ({ json: { user: userJson(accounts(call).get(call.path.userId)) } }),
    }),
    route({
      method: "patch",
      at: "/users/{userId}",
      about: "Changes name or role of an account; another role ends its logins",
      role: "admin",
      path,
      body: object({ username: optional(nameShape), role: optional(word(ROLES)) }),
      answers: { 200: one },
      handle: async (call) => ({
        json: { user: userJson(await accounts(call).update(call.path.userId, call.body)) },
      }),
    }),
    route({
      method: "delete",
      at: "/users/{userId}",
      about: "Removes an account, but not the own one and not the last administrator's",
      role: "admin",
      path,
      answers: { 204: null },
      handle: async (call) => {
        const known = accounts(call);
        if (call.principal.userId === call.path.userId) {
          throw notAllowed("You cannot remove your own account");
        }
        await known.remove(call.path.userId);
        return { status: 204, empty: true };
      },
    }),
    route({
      method: "post",
      at: "/users/{userId}/reset-password",
      about: "Gives an account another password and ends its logins",
      role: "admin",
      path,
      body: object({ newPassword: passwordShape }),
      answers: { 200: object({ message: text() }) },
      handle: async (call) => {
        await accounts(call).setPassword(call.path.userId, call.body.newPassword);
        return { json: { message: "Password reset successfully" } };
      },
    }),
  ];
}
