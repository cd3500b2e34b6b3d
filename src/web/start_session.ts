/** Finds out who sits in front of the page. */
import { ApiFailure, forgetAll, get, hasToken, post } from "./api/http.ts";
import type { Session } from "./api/types.ts";
import { startLive, stopLive } from "./live.ts";
import { allowRemoteNodes } from "./remote_node.ts";
import { loggedIn, loggedOut, sessionState } from "./session.ts";
import { after } from "./timers.ts";

const AGAIN_MS = 2000;

/** Asks until there is an answer: a page may be opened while its server starts. */
export async function startSession(): Promise<void> {
  try {
    enter(await askSession());
  } catch (error) {
    if (error instanceof ApiFailure && error.status !== 0 && error.status < 500) return loggedOut();
    after(AGAIN_MS, () => void (sessionState.value.kind === "unknown" && startSession()));
  }
}

export async function logOut(): Promise<void> {
  await post("/auth/logout");
  stopLive();
  forgetAll();
  loggedOut();
}

/** The document has the browser ask at once, which it does without a token. */
async function askSession(): Promise<Session> {
  try {
    return await get<Session>("/session");
  } catch (error) {
    if (error instanceof ApiFailure && error.status === 401 && hasToken()) {
      return await get<Session>("/session");
    }
    throw error;
  }
}

function enter(session: Session): void {
  allowRemoteNodes(session.remoteNodes);
  loggedIn(session);
  if (!session.mustChangePassword) startLive();
}
