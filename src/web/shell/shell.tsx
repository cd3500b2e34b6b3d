/** What stands around all pages. */
import type { ComponentType } from "preact";
import { useEffect, useErrorBoundary, useState } from "preact/hooks";
import { sentence } from "../api/http.ts";
import { Empty, Skeleton } from "../parts/blank.tsx";
import { Toasts } from "../parts/toast.tsx";
import { place } from "../router.ts";
import { matchRoute, type PageProps, type PageRoute } from "../routes.ts";
import { sessionState } from "../session.ts";
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

interface Shown {
  readonly route: PageRoute;
  readonly Page: ComponentType<PageProps>;
}

const loaded = new Map<PageRoute, ComponentType<PageProps>>();

/** The page of the address. The one before stays until its successor's code is there. */
function CurrentPage() {
  const match = matchRoute(place.value.path);
  const [shown, setShown] = useState<Shown | null>(null);
  const [problem, setProblem] = useState("");
  const route = match?.route ?? null;
  useEffect(() => {
    setProblem("");
    if (!route) return;
    const known = loaded.get(route);
    if (known) return setShown({ route, Page: known });
    let wanted = true;
    route.load().then(({ Page }) => {
      loaded.set(route, Page);
      if (wanted) setShown({ route, Page });
    }, () => wanted && setProblem("This page could not be loaded: is there a newer server? Load it again."));
    return () => void (wanted = false);
  }, [route]);
  if (!match) {
    return (
      <Empty title="There is no such page">
        <p>Nothing is known at {place.value.path}.</p>
      </Empty>
    );
  }
  if (problem !== "") {
    return (
      <Empty title={problem}>
        <button type="button" class="button" onClick={() => location.reload()}>Load again</button>
      </Empty>
    );
  }
  if (!shown) return <Skeleton lines={10} />;
  const params = shown.route === match.route ? match.params : {};
  if (shown.route !== match.route) return <Skeleton lines={10} />;
  return (
    <Guarded
      key={place.value.path.split("/").slice(0, 4).join("/")}
      Page={shown.Page}
      params={params}
    />
  );
}

/** A page that breaks leaves the rest alone. */
function Guarded({ Page, params }: PageProps & { readonly Page: ComponentType<PageProps> }) {
  const [error, reset] = useErrorBoundary();
  if (!error) return <Page params={params} />;
  return (
    <Empty title="This page has a defect">
      <p>{sentence(error)}</p>
      <button type="button" class="button" onClick={reset}>Show it again</button>
    </Empty>
  );
}
