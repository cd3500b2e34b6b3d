/** Who is at the other end of a call between services. */

/**
 * - `worker`: takes tasks and reports on its own ones
 * - `client`: has runs carried out, and lists workers
 * - `coordinator`: serves the others
 * - `admin`: all of it
 */
export type PeerRole = "worker" | "client" | "coordinator" | "admin";

export const PEER_ROLES: readonly PeerRole[] = ["worker", "client", "coordinator", "admin"];

export interface Peer {
  /** For people. */
  readonly name: string;
  readonly roles: readonly PeerRole[];
  /** The only worker that it may speak for; {@link ANY_WORKER} for all, "" for none. */
  readonly workerId: string;
}

export const ANY_WORKER = "*";

/** A process of this machine that is asked for no credentials. */
export const LOCAL_PEER: Peer = { name: "this machine", roles: ["admin"], workerId: ANY_WORKER };

const SCHEME = "role:";

/** How a certificate names a role: `role:client`, `role:worker/gpu-1`, `role:worker/*`. */
export function roleUri(role: PeerRole, workerId = ""): string {
  return `${SCHEME}${role}${
    workerId === "" ? "" : `/${encodeURIComponent(workerId).replaceAll("%2A", "*")}`
  }`;
}

/** The peer that URIs of a certificate speak of; null when they name no role. */
export function peerOfUris(name: string, uris: readonly string[]): Peer | null {
  const roles: PeerRole[] = [];
  let workerId = "";
  for (const uri of uris) {
    const match = /^role:([a-z]+)(?:\/(.+))?$/.exec(uri);
    const role = PEER_ROLES.find((one) => one === match?.[1]);
    if (!role) continue;
    roles.push(role);
    if (role === "admin") workerId = ANY_WORKER;
    else if (role === "worker" && workerId === "") workerId = decoded(match?.[2] ?? "");
  }
  return roles.length === 0 ? null : { name, roles, workerId };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

export function hasRole(peer: Peer, role: PeerRole): boolean {
  return peer.roles.includes(role) || peer.roles.includes("admin");
}

/** Whether it may take tasks as this worker, and report on them. */
export function speaksFor(peer: Peer, workerId: string): boolean {
  return hasRole(peer, "worker") && workerId !== "" &&
    (peer.workerId === ANY_WORKER || peer.workerId === workerId);
}
