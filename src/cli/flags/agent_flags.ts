import { COORDINATOR_FLAGS } from "./coordinator_flags.ts";
import { PEER_FLAGS } from "./peer_flags.ts";

/** Flags of a service that the processes of its runs need to find the same folders. */
export function agentFlags(
  flags: { readonly config: string; readonly "dagu-home": string; readonly dags: string },
): string[] {
  const names = ["config", "dagu-home", "dags"] as const;
  return names.flatMap((name) => flags[name] === "" ? [] : [`--${name}`, flags[name]]);
}

const PEER = [...COORDINATOR_FLAGS, ...PEER_FLAGS];

/** Flags of a worker that the processes of its runs need to have sub-runs carried out by other workers. */
export function peerFlags(
  flags: Readonly<Record<(typeof PEER)[number]["name"], string | boolean>>,
): string[] {
  return PEER.flatMap(({ name }) => {
    const value = flags[name];
    if (typeof value === "boolean") return value ? [`--${name}`] : [];
    return value === "" ? [] : [`--${name}`, value];
  });
}
