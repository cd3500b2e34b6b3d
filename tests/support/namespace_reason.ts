/** Whether this machine lets bubblewrap work. */

let known: string | undefined;

/** What bubblewrap says when it cannot make its namespaces; "" when it can. */
export function namespaceReason(bwrap: string): string {
  if (known !== undefined) return known;
  const show = ["--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev"];
  const { success, stderr } = new Deno.Command(bwrap, {
    args: ["--unshare-all", "--unshare-user", ...show, "--", "/bin/sh", "-c", ":"],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).outputSync();
  return known = success ? "" : new TextDecoder().decode(stderr).trim() || "bubblewrap does not work here";
}
