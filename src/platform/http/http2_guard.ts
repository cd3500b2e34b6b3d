/**
 * Keeps HTTP/2 sessions from ending their process. From 2.9.4 on, Deno frees a session's memory when it is destroyed,
 * even while the library that is given that memory still works on it, which is the case when the other side says
 * goodbye. So every session is destroyed a turn later.
 */
import http2 from "node:http2";
import { setImmediate } from "node:timers";

type Destroy = (this: object, ...given: unknown[]) => void;

const GUARDED = Symbol("guarded");

interface SessionClass {
  readonly prototype: { destroy: Destroy; [GUARDED]?: true };
}

/** Has an effect once; to be called before the first session is made. */
export function guardHttp2(): void {
  const { prototype } = (http2 as unknown as { Http2Session: SessionClass }).Http2Session;
  if (prototype[GUARDED]) return;
  const destroy = prototype.destroy;
  const pending = new WeakSet<object>();
  prototype[GUARDED] = true;
  prototype.destroy = function (...given) {
    if (pending.has(this)) return;
    pending.add(this);
    setImmediate(() => destroy.apply(this, given));
  };
}
