/** The server whose runs are shown: the one that serves the page, or another that it knows by name. */

const KEY = "remote-node";
/** The login is that of the server that serves the page, and programs call its webhooks. */
const OWN = /^\/(?:session|auth\/|webhooks\/)/;

let node = "";

/** Takes up what the tab has chosen, or what an address with `?remoteNode=NAME` asks for. */
export function startRemoteNode(): void {
  const asked = new URLSearchParams(location.search).get("remoteNode");
  if (asked !== null) keep(asked);
  node = sessionStorage.getItem(KEY) ?? "";
}

/** @param names of the servers that may be shown: another one is not, whatever was chosen */
export function allowRemoteNodes(names: readonly string[]): void {
  if (!names.includes(node)) keep(node = "");
}

/** "" for the one that serves the page. */
export function remoteNode(): string {
  return node;
}

/** Shows another server, from its first page on: nothing of this one stays. @param home address of the first page */
export function chooseRemoteNode(name: string, home: string): void {
  keep(name);
  location.assign(home);
}

/** @param path below the API, with its query */
export function atNode(path: string): string {
  if (node === "" || OWN.test(path)) return path;
  return `${path}${path.includes("?") ? "&" : "?"}remoteNode=${encodeURIComponent(node)}`;
}

function keep(name: string): void {
  if (name === "" || name === "local") sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, name);
}
