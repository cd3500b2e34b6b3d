/** Who calls a service over the network: proved by a certificate or by a signing key, never by what a call says. */

/**
 * What a caller may do: `coordinator` serves, `worker` takes tasks and reports about its own, `client` hands tasks in
 * and asks for their end, `admin` does all of that.
 */
const PEER_ROLES = ["coordinator", "worker", "client", "admin"] as const;
export type PeerRole = (typeof PEER_ROLES)[number];

export interface PeerIdentity {
  /** Of the certificate or key; a worker's id is this, or this with `@` and more behind it. */
  readonly id: string;
  /** At least one. */
  readonly roles: readonly PeerRole[];
}

/** What may stand as the id of a certificate or a key: without the `@` that parts it from what a worker adds. */
const ID = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

/** What may stand as the id of a worker; also fit for the name of a folder. */
const WORKER_ID = /^[A-Za-z0-9][A-Za-z0-9_.@-]{0,127}$/;

export function isPeerRole(value: unknown): value is PeerRole {
  return PEER_ROLES.includes(value as PeerRole);
}

export function isPeerId(value: string): boolean {
  return ID.test(value);
}

export function isWorkerId(value: string): boolean {
  return WORKER_ID.test(value);
}

/** The role as an address in a certificate: `role:worker/gpu-1`. */
export function roleUri(role: PeerRole, id: string): string {
  return `role:${role}/${id}`;
}

export function hasRole(peer: PeerIdentity, role: PeerRole): boolean {
  return peer.roles.includes(role) || peer.roles.includes("admin");
}

/** Whether a caller may speak for the worker of that id. */
export function speaksFor(peer: PeerIdentity, workerId: string): boolean {
  if (peer.roles.includes("admin")) return true;
  return peer.roles.includes("worker") && (workerId === peer.id || workerId.startsWith(`${peer.id}@`));
}
