/** The login. */
import { useEffect, useState } from "preact/hooks";
import { apiAddress, forgetAll, get, post, sentence, setApiToken } from "../api/http.ts";
import type { LoginWays } from "../api/types.ts";
import { BrandMark } from "../parts/brand_mark.tsx";
import { startSession } from "../start_session.ts";
import { useTitle } from "../title.ts";

export function Login() {
  useTitle("Log in");
  const [ways, setWays] = useState<LoginWays | null>(null);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    get<LoginWays>("/auth/ways").then(setWays, (error) => setProblem(sentence(error)));
  }, []);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    setProblem("");
    try {
      await enter(Object.fromEntries(fields) as Record<string, string>);
    } catch (error) {
      setProblem(sentence(error));
    }
    setBusy(false);
  };
  return (
    <main class="login">
      <form class="login-box form" onSubmit={submit}>
        <BrandMark />
        <h1>Log in</h1>
        {ways?.password && (
          <>
            <label class="field">
              Name
              <input name="username" autocomplete="username" autofocus required maxLength={64} />
            </label>
            <label class="field">
              Password
              <input
                name="password"
                type="password"
                autocomplete="current-password"
                required
                maxLength={1000}
              />
            </label>
          </>
        )}
        {ways && !ways.password && (
          <label class="field">
            Token
            <input name="token" type="password" autocomplete="off" autofocus required maxLength={1000} />
          </label>
        )}
        <p class="problem" role="alert">{problem}</p>
        <button type="submit" class="button button-main" disabled={busy || !ways}>Log in</button>
        {ways?.provider && (
          <a class="button" href={apiAddress("/auth/oidc/login")} data-plain>Log in at the provider</a>
        )}
      </form>
    </main>
  );
}

async function enter({ username, password, token }: Record<string, string>): Promise<void> {
  forgetAll();
  if (token === undefined) await post("/auth/login", { username, password });
  else setApiToken(token);
  await startSession();
  if (token !== undefined) await get("/session");
}
