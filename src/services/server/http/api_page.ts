/** A page to browse the API: plain HTML, made from the routes. */
import type { Route } from "./route.ts";
import type { JsonSchema } from "./schema.ts";

export function apiPage(base: string, routes: readonly Route[]): string {
  const groups = new Map<string, Route[]>();
  for (const route of routes) {
    const name = route.at.split("/")[1];
    groups.set(name, [...groups.get(name) ?? [], route]);
  }
  const sections = [...groups].sort(([a], [b]) => a < b ? -1 : 1)
    .map(([name, members]) =>
      `<h2>${escape(name)}</h2>${members.map((route) => operation(base, route)).join("")}`
    );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>API</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"></head>
<body><h1>API</h1><p>As data: <a href="${base}/openapi.json">${base}/openapi.json</a></p>
${sections.join("\n")}</body></html>`;
}

function operation(base: string, route: Route): string {
  const parameters = [
    ...members("path", route.path.json),
    ...members("query", route.query.json),
    ...members("body", route.body?.json ?? {}),
  ];
  const answers = Object.keys(route.answers).join(", ");
  return `<details><summary><b>${route.method.toUpperCase()}</b> <code>${escape(base + route.at)}</code> — ${
    escape(route.about)
  }</summary><p>Role: ${route.role}. Answers: ${answers}.</p>${
    parameters.length === 0 ? "" : `<ul>${parameters.join("")}</ul>`
  }</details>`;
}

function members(place: string, schema: JsonSchema): string[] {
  return Object.entries(schema.properties ?? {}).map(([name, inner]) => {
    const needed = schema.required?.includes(name) ? "" : ", optional";
    const kind = inner.enum?.join(" | ") ?? inner.type ?? "any";
    const about = inner.description ? ` — ${escape(inner.description)}` : "";
    return `<li><code>${escape(name)}</code> (${place}, ${escape(String(kind))}${needed})${about}</li>`;
  });
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll(
    '"',
    "&quot;",
  );
}
