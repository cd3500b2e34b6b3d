/** Who sits in front of the page, and what they may do. */
import { type Signal, signal } from "@preact/signals";
import { reaches, type Role } from "../core/access/role.ts";
import type { Session } from "./api/types.ts";

/** `unknown` until the server was asked; `out` shows the login. */
export type SessionState =
  | { readonly kind: "unknown" }
  | { readonly kind: "out" }
  | { readonly kind: "in"; readonly session: Session };

export const sessionState: Signal<SessionState> = signal({ kind: "unknown" });

export function loggedIn(session: Session): void {
  sessionState.value = { kind: "in", session };
}

export function loggedOut(): void {
  if (sessionState.value.kind !== "out") sessionState.value = { kind: "out" };
}

/** What is known of this login; null before it is. */
export function session(): Session | null {
  const state = sessionState.value;
  return state.kind === "in" ? state.session : null;
}

function may(role: Role, permission?: "writeDAGs" | "runDAGs"): boolean {
  const mine = session();
  return mine !== null && reaches(mine.role, role) &&
    (permission === undefined || mine.permissions[permission]);
}

/** May start, stop, retry, approve, suspend. */
export function mayRun(): boolean {
  return may("operator", "runDAGs");
}

/** May make and change definitions. */
export function mayWrite(): boolean {
  return may("developer", "writeDAGs");
}

/** May make webhooks. */
export function isManager(): boolean {
  return may("manager");
}

export function isAdmin(): boolean {
  return may("admin");
}
