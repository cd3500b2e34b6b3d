/** Serves the web page: its files by names that never change their content, and one document for all addresses. */
import { DaguError, messageOf } from "../../../core/errors.ts";
import { gunzipped } from "../../../platform/gzip.ts";
import { WEB_INDEX, type WebFiles, type WebIndex } from "../../../platform/bundle/web_files.ts";
import type { Guard } from "../access/guard.ts";
import { ApiError } from "../http/api_error.ts";
import type { Handler } from "../http/dispatch.ts";
import { documentOf, failureDocument } from "./document.ts";

export interface PageOptions {
  /** Path below which the pages stand: "" or `/x`. */
  readonly basePath: string;
  /** Path of the API. */
  readonly api: string;
  readonly title: string;
  readonly guard: Guard;
  /** Called once, when the page is first asked for. @throws DaguError when there is no page */
  readonly load: () => Promise<WebFiles>;
}

interface Page {
  readonly files: WebFiles;
  readonly document: Uint8Array<ArrayBuffer>;
  readonly etag: string;
}

const HEADERS = {
  "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; " +
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  vary: "accept-encoding",
} as const;

const TYPES: Readonly<Record<string, string>> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};
const HTML = "text/html; charset=utf-8";

/** Answers what is not for the API. */
export function pageHandler(options: PageOptions): Handler {
  const assets = `${options.basePath}/assets/`;
  let page: Promise<Page> | null = null;
  const loaded = () => {
    page ??= loadPage(options);
    // What failed may go well the next time.
    page.catch(() => page = null);
    return page;
  };
  return async (request, client) => {
    try {
      await options.guard(request, client.address, { role: "public", unsafe: false });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return plain(error.status, error.message);
    }
    if (request.method !== "GET" && request.method !== "HEAD") return plain(405, "Pages are read with GET");
    const { pathname } = new URL(request.url);
    if (pathname === options.basePath && pathname !== "") return redirect(`${options.basePath}/`);
    if (!pathname.startsWith(`${options.basePath}/`)) {
      return pathname === "/" ? redirect(`${options.basePath}/`) : plain(404, "There is nothing here");
    }
    try {
      const { files, document, etag } = await loaded();
      if (!pathname.startsWith(assets)) return await sendDocument(request, document, etag);
      const name = pathname.slice(assets.length);
      const bytes = name === WEB_INDEX ? undefined : files.get(name);
      return bytes ? await sendAsset(request, name, bytes) : plain(404, "There is no such file");
    } catch (error) {
      if (!(error instanceof DaguError)) throw error;
      return new Response(failureDocument(messageOf(error)), {
        status: 503,
        headers: { ...HEADERS, "content-type": HTML, "cache-control": "no-store" },
      });
    }
  };
}

async function loadPage({ basePath, api, title, load }: PageOptions): Promise<Page> {
  const files = await load();
  const index = JSON.parse(new TextDecoder().decode(files.get(WEB_INDEX))) as WebIndex;
  const { bytes, etag } = await documentOf({ basePath, api, title, index });
  return { files, document: bytes, etag };
}

async function sendDocument(
  request: Request,
  bytes: Uint8Array<ArrayBuffer>,
  etag: string,
): Promise<Response> {
  const headers = { ...HEADERS, etag, "cache-control": "no-cache" };
  const known = request.headers.get("if-none-match") ?? "";
  if (known.split(",").some((mark) => mark.trim().replace(/^W\//, "") === etag)) {
    return new Response(null, { status: 304, headers });
  }
  return await sendPacked(request, bytes, { ...headers, "content-type": HTML });
}

function sendAsset(request: Request, name: string, bytes: Uint8Array<ArrayBuffer>): Promise<Response> {
  return sendPacked(request, bytes, {
    ...HEADERS,
    "content-type": TYPES[name.slice(name.lastIndexOf(".") + 1)] ?? "application/octet-stream",
    "cache-control": "public, max-age=31536000, immutable",
  });
}

/** @param bytes compressed */
async function sendPacked(
  request: Request,
  bytes: Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
): Promise<Response> {
  const takesGzip = /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))/.test(
    request.headers.get("accept-encoding") ?? "",
  );
  const body = takesGzip ? bytes : await gunzipped(bytes);
  return new Response(request.method === "HEAD" ? null : body, {
    headers: { ...headers, ...(takesGzip ? { "content-encoding": "gzip" } : {}) },
  });
}

function redirect(location: string): Response {
  return new Response(null, { status: 302, headers: { ...HEADERS, location } });
}

function plain(status: number, message: string): Response {
  const headers = { ...HEADERS, "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" };
  return new Response(`${message}\n`, { status, headers });
}
