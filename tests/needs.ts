/**
 * Tests that need something from outside of Deno. On a developer's machine a missing thing skips the test and
 * the reason stands in its name; where `CI` is true it fails, so that nothing is left untested in silence;
 * only where a reason is given (`NO_DOCKER`, `NO_SSHD` and so on say why) the test is skipped.
 */
import { namespaceReason } from "./support/namespace_reason.ts";
import { engineReason } from "./support/engine_reason.ts";

/** Programs on the PATH; `peer` is the reference program, named by `PEER`. */
export type Need =
  | "peer"
  | "python3"
  | "bash"
  | "zsh"
  | "fish"
  | "strace"
  | "jq"
  | "bwrap"
  | "sshd"
  | "unshare"
  | "ip"
  | "docker"
  | "dockerd"
  | "docker-compose"
  | "chromium"
  | "tar"
  | "bzip2"
  | "xz"
  | "zstd"
  | "zip"
  | "unzip"
  | "openssl"
  | "systemd-analyze";

export interface Availability {
  readonly available: boolean;
  /** Why not; "" when it is available. */
  readonly reason: string;
  /** Absolute path of the program; "" when it is missing. */
  readonly path: string;
  /** It cannot be had on this machine, which is no fault. */
  readonly excused?: boolean;
}

/** Folders beside the PATH where such a program may stand. */
const MORE_FOLDERS = ["/usr/sbin", "/usr/local/sbin", "/sbin"];

function isExecutable(path: string): boolean {
  try {
    const info = Deno.statSync(path);
    return info.isFile && ((info.mode ?? 0o111) & 0o111) !== 0;
  } catch {
    return false;
  }
}

/** Where a program is; "" when it is nowhere. */
export function which(name: string): string {
  const folders = [...(Deno.env.get("PATH") ?? "").split(":"), ...MORE_FOLDERS].filter((folder) =>
    folder !== ""
  );
  return folders.map((folder) => `${folder}/${name}`).find(isExecutable) ?? "";
}

/** Whether a thing is there. Needs read and env permission. */
export function needs(need: Need): Availability {
  const path = need === "peer" ? Deno.env.get("PEER") ?? "" : which(need);
  const excused = (name: string) => Deno.env.get(`NO_${name.toUpperCase().replaceAll("-", "_")}`) ?? "";
  const excuse = excused(need) || (need.startsWith("docker") ? excused("docker") : "");
  if (excuse !== "") return { available: false, reason: excuse, path: "", excused: true };
  if (need === "docker") {
    const missing = path === "" ? "" : engineReason(which);
    if (missing !== "") return { available: false, reason: missing, path: "" };
  }
  if (need === "bwrap" && path !== "") {
    const refused = namespaceReason(path);
    if (refused !== "") return { available: false, reason: refused, path: "", excused: true };
  }
  if (need === "unshare" && path !== "" && !hasMounts(path)) {
    const reason = "a process cannot have mounts of its own here";
    return { available: false, reason, path: "", excused: true };
  }
  if (need === "ip" && path !== "" && !hasNetworks()) {
    const reason = "a process cannot have a network of its own here";
    return { available: false, reason, path: "", excused: true };
  }
  if (need === "dockerd" && path !== "" && Deno.uid() !== 0) {
    return { available: false, reason: "only root can start an engine", path: "" };
  }
  if (path !== "" && isExecutable(path)) return { available: true, reason: "", path };
  const reason = need === "peer" ? "PEER does not name the reference program" : `${need} is not installed`;
  return { available: false, reason, path: "" };
}

/** Whether a process may get mounts of its own. */
function hasMounts(unshare: string): boolean {
  const quiet = { stdin: "null", stdout: "null", stderr: "null" } as const;
  return new Deno.Command(unshare, { args: ["-m", "true"], ...quiet }).outputSync().success;
}

/** Whether networks of their own may be made. */
function hasNetworks(): boolean {
  const quiet = { stdin: "null", stdout: "null", stderr: "null" } as const;
  return Deno.uid() === 0 &&
    new Deno.Command("unshare", { args: ["-n", "-u", "true"], ...quiet }).outputSync().success;
}

export interface NeedingTest {
  readonly name: string;
  readonly needs: readonly Need[];
  readonly fn: (t: Deno.TestContext) => void | Promise<void>;
}

/** Registers a test under the rule above. */
export function testNeeding(test: NeedingTest): void {
  const missing = test.needs.map(needs).filter((need) => !need.available);
  const reasons = missing.map((need) => need.reason);
  if (reasons.length === 0) {
    Deno.test(test.name, test.fn);
  } else if (Deno.env.get("CI") === "true" && !missing.every((need) => need.excused)) {
    Deno.test(test.name, () => {
      throw new Error(`Cannot be tested: ${reasons.join(", ")}`);
    });
  } else {
    Deno.test({ name: `${test.name} (skipped: ${reasons.join(", ")})`, ignore: true, fn: test.fn });
  }
}
