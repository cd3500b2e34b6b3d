/** Begins the page. */
import { render } from "preact";
import { startApi } from "./api/http.ts";
import { startKeys } from "./keys.ts";
import { startRemoteNode } from "./remote_node.ts";
import { startRouter } from "./router.ts";
import { startSession } from "./start_session.ts";
import { startTheme } from "./theme.ts";
import { Shell } from "./shell/shell.tsx";

function setting(name: string): string {
  return document.querySelector<HTMLMetaElement>(`meta[name=${name}]`)?.content ?? "";
}

startTheme();
startRemoteNode();
startApi(setting("dagu-api"));
startRouter(setting("dagu-base"));
startKeys();
startSession();
render(<Shell />, document.body);
