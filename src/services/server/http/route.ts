/** One endpoint: how it is addressed, what it takes and gives, who may use it. */
import type { NeededRole, Principal } from "../access/guard.ts";
import { type Infer, type Members, object, type ObjectOf, type Schema } from "./schema.ts";

export type Method = "get" | "post" | "put" | "patch" | "delete";

export interface Call<P, Q, B> {
  readonly path: P;
  readonly query: Q;
  readonly body: B;
  readonly principal: Principal;
  /** Address that the request comes from. */
  readonly client: string;
  /** Asks again whether the client may do this: a login may end while an answer goes on. */
  readonly stillIn: () => Promise<boolean>;
  /** A signal that is aborted when the client goes away. */
  readonly gone: () => AbortSignal;
  readonly headers: Headers;
}

/** What goes back. `body` is JSON unless it is a stream or a text with a type of its own. */
export type Answer =
  & { readonly headers?: Readonly<Record<string, string>> }
  & (
    | {
      readonly status?: number;
      readonly json: unknown;
      /** It may change without the version of the route telling: it must not be kept. */
      readonly passing?: boolean;
    }
    | { readonly status: number; readonly empty: true }
    | {
      readonly status?: number;
      readonly type: string;
      readonly body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
    }
  );

/** Answers by status: a shape for JSON, a media type for anything else, null for an empty body. */
export type Answers = Readonly<Record<number, Schema<unknown> | string | null>>;

/** Switches of the configuration that close whole groups of endpoints. */
export type Switch = "writeDAGs" | "runDAGs" | "allowInlineRuns";

export interface RouteSpec<P extends Members, Q extends Members, B extends Schema<unknown> | undefined> {
  readonly method: Method;
  /** With members of `path` in braces, below the base of the API. */
  readonly at: string;
  readonly about: string;
  readonly role: NeededRole;
  /** Those that have to be on. */
  readonly switches?: readonly Switch[];
  /** It changes something although it is asked with GET. */
  readonly unsafe?: boolean;
  /** It begins runs: how often somebody may do so is bounded. */
  readonly begins?: boolean;
  readonly path?: P;
  readonly query?: Q;
  readonly body?: B;
  /** A missing body counts as an empty object. */
  readonly bodyOptional?: boolean;
  readonly answers: Answers;
  /** While this text stays the same, so does the answer to the same request; "" when that cannot be told. */
  readonly version?: () => string;
  readonly handle: (
    call: Call<ObjectOf<P>, ObjectOf<Q>, B extends Schema<unknown> ? Infer<B> : undefined>,
  ) => Answer | Promise<Answer>;
}

export interface Route {
  readonly method: Method;
  readonly at: string;
  readonly about: string;
  readonly role: NeededRole;
  readonly switches: readonly Switch[];
  readonly unsafe: boolean;
  readonly begins: boolean;
  readonly path: Schema<Readonly<Record<string, unknown>>>;
  readonly query: Schema<Readonly<Record<string, unknown>>>;
  readonly body: Schema<unknown> | null;
  readonly bodyOptional: boolean;
  readonly answers: Answers;
  readonly version: () => string;
  readonly handle: (call: Call<unknown, unknown, unknown>) => Answer | Promise<Answer>;
}

export function route<
  const P extends Members = Record<never, never>,
  const Q extends Members = Record<never, never>,
  const B extends Schema<unknown> | undefined = undefined,
>(spec: RouteSpec<P, Q, B>): Route {
  return {
    method: spec.method,
    at: spec.at,
    about: spec.about,
    role: spec.role,
    switches: spec.switches ?? [],
    unsafe: spec.unsafe ?? spec.method !== "get",
    begins: spec.begins ?? false,
    path: object(spec.path ?? {}),
    query: object(spec.query ?? {}),
    body: spec.body ?? null,
    bodyOptional: spec.bodyOptional ?? false,
    answers: spec.answers,
    version: spec.version ?? (() => ""),
    handle: spec.handle as Route["handle"],
  };
}
