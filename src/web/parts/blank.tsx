/** What stands where there is nothing to show: not yet, not at all, or not this time. */
import type { ComponentChildren } from "preact";
import type { ApiFailure } from "../api/http.ts";
import type { Resource } from "../resource.ts";

/** Nothing is there; says what would be, and how to get it. */
export function Empty(
  { title, children }: { readonly title: string; readonly children?: ComponentChildren },
) {
  return (
    <div class="blank">
      <p class="blank-title">{title}</p>
      {children}
    </div>
  );
}

/** It could not be had. */
export function Failure({ error, again }: { readonly error: ApiFailure; readonly again?: () => void }) {
  return (
    <div class="blank" role="alert">
      <p class="blank-title">{failureTitle(error)}</p>
      <p>{error.message}</p>
      {again && <button type="button" class="button" onClick={again}>Try again</button>}
    </div>
  );
}

function failureTitle({ status }: ApiFailure): string {
  if (status === 0) return "No connection";
  if (status === 403) return "Not for your role";
  return status === 404 ? "Not found" : "This could not be read";
}

/** Grey lines with the height of what comes, so that nothing jumps. */
export function Skeleton({ lines }: { readonly lines: number }) {
  return (
    <div class="skeleton" aria-busy="true" aria-label="Loading">
      {Array.from({ length: lines }, (_, i) => <i key={i} style={{ width: `${92 - (i * 37) % 41}%` }} />)}
    </div>
  );
}

/** Shows an answer, or what stands for it. A failure does not take away what was read before it. */
export function Loaded<T>({ of, lines = 6, children }: {
  readonly of: Resource<T>;
  readonly lines?: number;
  readonly children: (data: T) => ComponentChildren;
}) {
  if (of.data !== undefined) return <>{children(of.data)}</>;
  if (of.error) return <Failure error={of.error} again={of.reload} />;
  return <Skeleton lines={lines} />;
}
