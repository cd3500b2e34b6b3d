/** Every endpoint about who may do what. */
import type { ServerContext } from "../../context.ts";
import type { Route } from "../../http/route.ts";
import type { Auth } from "../auth.ts";
import { apiKeyRoutes } from "./api_keys.ts";
import { auditRoutes } from "./audit.ts";
import { loginRoutes } from "./login.ts";
import { userRoutes } from "./users.ts";
import { webhookRoutes } from "./webhooks.ts";

export function authRoutes(context: ServerContext, auth: Auth): Route[] {
  return [
    ...loginRoutes(auth),
    ...userRoutes(auth),
    ...apiKeyRoutes(auth),
    ...webhookRoutes(context, auth),
    ...auditRoutes(auth),
  ];
}
