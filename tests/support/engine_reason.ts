/** Whether tests can have a container engine. */

const SOCKET = "/var/run/docker.sock";

/**
 * Why there is no engine and none can be started; "" when there is one or can be.
 * @param which finds a program
 */
export function engineReason(which: (program: string) => string): string {
  const host = Deno.env.get("DOCKER_HOST") ?? "";
  if (host !== "" && !host.startsWith("unix://")) return "";
  try {
    if (Deno.statSync(host.slice("unix://".length) || SOCKET).isSocket) return "";
  } catch {
    // There is none; perhaps one can be started.
  }
  if (host !== "") return `there is no engine at ${host}`;
  if (which("dockerd") === "") return "there is no engine, and no dockerd to start one";
  if (Deno.uid() !== 0) return "there is no engine, and only root can start one";
  return which("busybox") === "" ? "busybox is not installed" : "";
}
