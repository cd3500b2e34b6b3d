/** What the web page has to know of the one who looks at it, and of the server. */
import { ROLES } from "../../../core/access/role.ts";
import { VERSION } from "../../../core/version.ts";
import { timeText } from "../../../stores/file/json/time_text.ts";
import type { Auth } from "../auth/auth.ts";
import type { ServerContext } from "../context.ts";
import { route, type Switch } from "../http/route.ts";
import { flag, type Infer, list, named, object, optional, text, word } from "../http/schema.ts";

const sessionShape = named(
  "Session",
  object({
    name: text(),
    role: word(ROLES),
    person: flag({ description: "Somebody who has an account" }),
    accounts: flag({ description: "There are accounts, keys and webhooks" }),
    mustChangePassword: optional(flag()),
    dags: optional(list(text(), { description: "The only definitions that may be seen" })),
    permissions: object({ writeDAGs: flag(), runDAGs: flag(), allowInlineRuns: flag() }),
    title: text(),
    colour: text({ description: "Of CSS; tells this server from others" }),
    version: text(),
    zone: text({ description: "IANA name of the zone of the server's times" }),
    startedAt: text(),
    remoteNodes: list(text(), { description: "Other servers that the parameter remoteNode may name" }),
  }),
);
export type SessionJson = Infer<typeof sessionShape>;

const waysShape = object({
  password: flag({ description: "By name and password: POST /auth/login" }),
  provider: flag({ description: "At an OIDC provider: GET /auth/oidc/login" }),
});
export type LoginWaysJson = Infer<typeof waysShape>;

export interface SessionOptions {
  readonly auth: Auth;
  /** Title of the page. */
  readonly title: string;
  readonly colour: string;
  readonly switches: Readonly<Record<Switch, boolean>>;
}

export function sessionRoutes(context: ServerContext, { auth, title, colour, switches }: SessionOptions) {
  return [
    route({
      method: "get",
      at: "/auth/ways",
      about: "How people log in; neither way where one password or token is for everybody",
      role: "public",
      answers: { 200: waysShape },
      handle: () => ({ json: { password: auth.people !== null, provider: auth.people?.oidc != null } }),
    }),
    route({
      method: "get",
      at: "/session",
      about: "Who asks, what they may do, and what the server is",
      role: "anyone",
      answers: { 200: sessionShape },
      handle: ({ principal }) => ({
        json: {
          name: principal.name,
          role: principal.role,
          person: principal.userId !== undefined,
          accounts: auth.people !== null,
          ...(principal.mustChangePassword ? { mustChangePassword: true } : {}),
          ...(principal.dags === null ? {} : { dags: principal.dags }),
          permissions: switches,
          title,
          colour,
          version: VERSION,
          zone: context.zone,
          startedAt: timeText(context.startedAt),
          remoteNodes: principal.dags ? [] : context.remoteNodes,
        },
        headers: { "cache-control": "no-store" },
      }),
    }),
  ];
}
