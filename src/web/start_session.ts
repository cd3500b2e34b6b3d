/** Finds out who sits in front of the page. */
import { ApiFailure, forgetAll, get } from "./api/http.ts";
import { post } from "./api/http.ts";
import type { Session } from "./api/types.ts";
import { startLive, stopLive } from "./live.ts";
import { loggedIn, loggedOut, sessionState } from "./session.ts";

const AGAIN_MS = 2000;

/** Asks until there is an answer: a page may be opened while its server starts. */
export async function startSession(): Promise<void> {
  try {
    const session = await get<Session>("/session");
    loggedIn(session);
    if (!session.mustChangePassword) startLive();
  } catch (error) {
    if (error instanceof ApiFailure && error.status !== 0 && error.status < 500) return loggedOut();
    setTimeout(() => sessionState.value.kind === "unknown" && startSession(), AGAIN_MS);
  }
}

export async function logOut(): Promise<void> {
  await post("/auth/logout");
  stopLive();
  forgetAll();
  loggedOut();
}
