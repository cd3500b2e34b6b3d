/** Asks the server. What is refused comes back as a sentence. */
import { atNode } from "../remote_node.ts";
import { loggedOut } from "../session.ts";

/** A request that did not do what it should. Its message is for people. */
export class ApiFailure extends Error {
  /** 0 when no answer came. */
  readonly status: number;
  readonly code: string;
  readonly details: unknown;

  constructor(status: number, code: string, message: string, details: unknown = null) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

interface Known {
  readonly etag: string;
  readonly value: unknown;
}

/** Answers that are kept, so that an unchanged one costs no body. */
const MAX_KNOWN = 60;
const known = new Map<string, Known>();
let base = "/api/v2";
let token = "";

/** @param path of the API, e.g. `/api/v2` */
export function startApi(path: string): void {
  base = path;
  token = sessionStorage.getItem(TOKEN_KEY) ?? "";
}

const TOKEN_KEY = "token";

/** A token that is sent along where the server knows no logins; kept until the tab is closed. */
export function setApiToken(text: string): void {
  token = text;
  sessionStorage.setItem(TOKEN_KEY, text);
}

export function hasToken(): boolean {
  return token !== "";
}

/** The address of something in the API. */
export function apiAddress(path: string): string {
  return base + atNode(path);
}

export function authHeaders(): Record<string, string> {
  return token === "" ? {} : { authorization: `Bearer ${token}` };
}

/** The last answer to this question, if it is known, however old. */
export function remembered<T>(path: string): T | undefined {
  return known.get(path)?.value as T | undefined;
}

/** Forgets all answers: somebody else asks from now on. */
export function forgetAll(): void {
  known.clear();
}

/** @param path below the API, with its query @throws ApiFailure */
export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  const old = known.get(path);
  const headers = { ...authHeaders(), ...(old ? { "if-none-match": old.etag } : {}) };
  const response = await ask(path, { headers, ...(signal ? { signal } : {}) });
  if (response.status === 304 && old) return old.value as T;
  const value = await readAnswer(response);
  const etag = response.headers.get("etag");
  if (etag) remember(path, { etag, value });
  return value as T;
}

/** Asks for a change. @throws ApiFailure */
export async function send<T = void>(
  method: "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  body?: unknown,
): Promise<T> {
  const headers = { ...authHeaders(), ...(body === undefined ? {} : { "content-type": "application/json" }) };
  return await readAnswer(
    await ask(path, { method, headers, body: body === undefined ? null : JSON.stringify(body) }),
  ) as T;
}

export function post<T = void>(path: string, body?: unknown): Promise<T> {
  return send<T>("POST", path, body);
}

/** What a person is told of a failure. */
export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function ask(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(apiAddress(path), { credentials: "same-origin", ...init });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiFailure(0, "unreachable", "The server cannot be reached");
  }
}

async function readAnswer(response: Response): Promise<unknown> {
  const text = await response.text();
  const json = parsed(text);
  if (response.ok) return json;
  const { code, message, details } = (json ?? {}) as { code?: string; message?: string; details?: unknown };
  if (response.status === 401) loggedOut();
  throw new ApiFailure(
    response.status,
    code ?? "",
    message ?? `The server answered ${response.status} ${response.statusText}`.trim(),
    details,
  );
}

function parsed(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function remember(path: string, answer: Known): void {
  known.delete(path);
  known.set(path, answer);
  if (known.size > MAX_KNOWN) known.delete(known.keys().next().value!);
}
