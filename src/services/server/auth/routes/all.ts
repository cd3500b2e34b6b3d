/** Every endpoint about who may do what. */
import type { ServerContext } from "../../context.ts";
import type { Route } from "../../http/route.ts";
import type { Auth } from "../auth.ts";
import { apiKeyRoutes } from "./api_keys.ts";
import { auditRoutes } from "./audit.ts";
import { loginRoutes } from "./login.ts";
import { oidcRoutes } from "./oidc.ts";
import { userRoutes } from "./users.ts";
import { webhookRoutes } from "./webhooks.ts";

/** @param home address of the pages */
export function authRoutes(context: ServerContext, auth: Auth, home: string): Route[] {
  return [
    ...loginRoutes(auth),
    ...oidcRoutes(auth, home),
    ...userRoutes(auth),
    ...apiKeyRoutes(auth),
    ...webhookRoutes(context, auth),
    ...auditRoutes(auth),
  ];
}
