/** The one document of the web page. */
import { gzipped, shortDigest } from "../../../platform/gzip.ts";
import type { WebIndex } from "../../../platform/bundle/web_files.ts";

export interface DocumentOptions {
  readonly basePath: string;
  readonly api: string;
  readonly title: string;
  readonly index: WebIndex;
}

/** @returns the document, compressed, and its mark */
export async function documentOf(
  { basePath, api, title, index }: DocumentOptions,
): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly etag: string }> {
  const asset = (name: string) => escaped(`${basePath}/assets/${name}`);
  const preload = index.preload.map((name) => `<link rel="modulepreload" href="${asset(name)}">`).join("");
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title>
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="dagu-base" content="${escaped(basePath)}"><meta name="dagu-api" content="${escaped(api)}">
<link rel="icon" type="image/svg+xml" href="${asset(index.icon)}">
<link rel="stylesheet" href="${asset(index.style)}">${preload}
<link rel="preload" as="fetch" href="${escaped(`${api}/session`)}" crossorigin>
<script type="module" src="${asset(index.script)}"></script></head>
<body><noscript>This page needs JavaScript.</noscript></body></html>
`;
  const bytes = new TextEncoder().encode(html);
  return { bytes: await gzipped(bytes), etag: `"${await shortDigest(bytes)}"` };
}

/** What is shown where the page itself cannot be. */
export function failureDocument(message: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>No page</title>
<meta name="color-scheme" content="light dark"></head>
<body><h1>The web page cannot be shown</h1><p>${
    escaped(message)
  }</p><p>The API is there all the same.</p></body></html>
`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
