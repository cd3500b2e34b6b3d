/** Whether something listens at an address already. */

export type PortState = "free" | "taken" | "refused";

/** Listens for an instant. `refused`: this user may not, or the address is not this machine's. */
export function portState(hostname: string, port: number): PortState {
  try {
    Deno.listen({ hostname, port }).close();
    return "free";
  } catch (error) {
    return error instanceof Deno.errors.AddrInUse ? "taken" : "refused";
  }
}
