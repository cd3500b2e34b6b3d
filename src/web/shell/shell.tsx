/** What stands around all pages. */
import { Toasts } from "../parts/toast.tsx";
import { sessionState } from "../session.ts";
import { CurrentPage } from "./current_page.tsx";
import { GlobalKeys } from "./global_keys.tsx";
import { Login } from "./login.tsx";
import { NewPassword } from "./new_password.tsx";
import { Rail } from "./rail.tsx";

export function Shell() {
  const state = sessionState.value;
  if (state.kind === "unknown") return <main class="page" />;
  if (state.kind === "out") return <Login />;
  if (state.session.mustChangePassword) return <NewPassword first />;
  return (
    <>
      <a class="skip-link" href="#content" data-plain>Skip to content</a>
      <Rail />
      <main class="page" id="content" tabIndex={-1}>
        <CurrentPage />
      </main>
      <GlobalKeys />
      <Toasts />
    </>
  );
}
