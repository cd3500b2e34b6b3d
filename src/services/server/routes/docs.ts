/** The description of the API itself. */
import { apiPage } from "../http/api_page.ts";
import { openApi } from "../http/openapi.ts";
import { type Route, route } from "../http/route.ts";
import { anything } from "../http/schema.ts";

/** @param routes all others */
export function docsRoutes(base: string, routes: readonly Route[]): Route[] {
  return [
    route({
      method: "get",
      at: "/openapi.json",
      about: "This API as an OpenAPI document",
      role: "viewer",
      answers: { 200: anything() },
      handle: () => ({ json: openApi(base, routes) }),
    }),
    route({
      method: "get",
      at: "/docs",
      about: "This API as a page",
      role: "viewer",
      answers: { 200: "text/html" },
      handle: () => ({ type: "text/html; charset=utf-8", body: apiPage(base, routes) }),
    }),
  ];
}
