/** What a confined program sees of the file system, as options of bubblewrap. */
import { DaguError } from "../../core/errors.ts";
import { existsSync } from "../../platform/files/files.ts";
import { dirname, isAbsolute, isInside } from "../../platform/files/path.ts";
import { linkTarget } from "../../platform/files/real_path.ts";
import type { ShownPrograms } from "./shown_programs.ts";

export interface View {
  readonly workingDir: string;
  /** The network of the machine; false gives an empty one. */
  readonly net: boolean;
  /** Absolute paths; true is everything. */
  readonly read: readonly string[] | true;
  readonly write: readonly string[] | true;
  /** Whether paths to be written have to exist: those that a DAG names for all of its steps need not. */
  readonly strict: boolean;
  readonly programs: ShownPrograms;
  /** Whether all programs of the system may be seen. */
  readonly allPrograms: boolean;
  /** Folders of PATH. */
  readonly path: readonly string[];
  /** Files of the execution itself: its script, values. */
  readonly files: readonly string[];
}

/** Links to folders below /usr on systems of today. */
const TOP_FOLDERS = ["bin", "sbin", "lib", "lib32", "lib64", "libx32"];
const PROGRAM_FOLDERS = ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/bin", "/sbin"];
/** What libraries look for; nothing of it is about a user. */
export const SYSTEM_FILES: readonly string[] = [
  "/etc/ld.so.cache",
  "/etc/localtime",
  "/etc/locale.alias",
  "/usr/lib/locale",
  "/usr/share/locale",
  "/usr/share/zoneinfo",
];
/** For names of hosts and for certificates. */
export const NETWORK_FILES: readonly string[] = [
  "/etc/hosts",
  "/etc/host.conf",
  "/etc/resolv.conf",
  "/etc/nsswitch.conf",
  "/etc/gai.conf",
  "/etc/services",
  "/etc/protocols",
  "/etc/ssl/certs",
  "/etc/ssl/cert.pem",
  "/etc/ssl/openssl.cnf",
  "/etc/pki/tls/certs",
  "/etc/pki/ca-trust",
  "/etc/ca-certificates",
  "/usr/share/ca-certificates",
  "/usr/local/share/ca-certificates",
];
const ALL_PROGRAMS = ["/usr", "/etc/alternatives", ...TOP_FOLDERS.map((name) => `/${name}`)];

/** @throws DaguError for a path that is to be written and does not exist. */
export function viewOptions(view: View): string[] {
  const { workingDir, read, write, programs } = view;
  const whole = write === true ? "--bind" : read === true ? "--ro-bind" : null;
  const grants = grantOptions(view);
  const granted = [...grants.keys()];
  const masks = view.allPrograms ? [] : programFolders(view).filter((folder) => {
    const inside = whole !== null || granted.some((grant) => grant !== folder && isInside(grant, folder));
    return inside && !granted.includes(folder) && reachable(folder);
  });
  const system = view.allPrograms && whole === null ? systemFolders(view) : [];
  const shown = [...granted, ...system];
  const visible = (path: string) =>
    !masks.some((mask) => isInside(mask, path)) &&
    (whole !== null || shown.some((folder) => isInside(folder, path)));

  const options = whole ? [whole, "/", "/"] : topLinks();
  options.push("--proc", "/proc", "--dev", "/dev");
  if (whole === null) options.push("--tmpfs", "/tmp");
  const emptyDir = !visible(workingDir) && !["/", "/tmp"].includes(workingDir);
  if (emptyDir) options.push("--tmpfs", workingDir);
  for (const folder of system) options.push("--ro-bind", folder, folder);
  for (const grant of grants.values()) options.push(...grant);
  for (const mask of masks) options.push("--tmpfs", mask);
  for (const path of shownPaths(view)) if (!visible(path)) options.push("--ro-bind", path, path);
  for (const [link, target] of programs.links) {
    if (!visible(link)) options.push("--symlink", target, link);
  }
  for (const folder of emptyDir ? [workingDir, ...masks] : masks) options.push("--remount-ro", folder);
  if (whole !== "--bind") options.push("--remount-ro", "/");
  return [...options, ...view.net ? ["--share-net"] : [], "--chdir", workingDir];
}

/** By path, outer folders first, so that inner ones come to lie over them. */
function grantOptions(view: View): Map<string, string[]> {
  const { read, write, strict } = view;
  const grants = new Map<string, string[]>();
  const writable = write === true ? [] : write;
  const readable = read === true ? [] : read.filter((path) => !writable.some((top) => isInside(top, path)));
  const all = [...writable, ...readable].sort();
  for (const path of all) {
    const writes = writable.includes(path);
    if (path === "/dev") {
      throw new DaguError('Cannot grant all devices: name those that the step needs, "/dev/…"');
    }
    if (!reachable(path)) {
      if (writes && strict) throw missing(path);
    } else if (!isThereByLink(path, all, view)) grants.set(path, [bindOption(path, writes), path, path]);
  }
  return grants;
}

function missing(path: string): DaguError {
  return new DaguError(
    `Cannot let the step write "${path}": it does not exist; for files that it is to make name their folder`,
  );
}

/** Whether a link on the way to it is seen: what that leads to stands among the grants as well. */
function isThereByLink(path: string, grants: readonly string[], { read, write }: View): boolean {
  for (let link = path; link !== "/"; link = dirname(link)) {
    if (linkTarget(link) === null) continue;
    if (read === true || write === true || TOP_FOLDERS.includes(link.slice(1))) return true;
    if (grants.some((grant) => grant !== link && isInside(grant, link))) return true;
  }
  return false;
}

function bindOption(path: string, writes: boolean): string {
  if (isInside("/dev", path)) return "--dev-bind";
  return writes ? "--bind" : "--ro-bind";
}

/** Folders in which programs stand that are to be seen only when they are named. */
function programFolders({ path, workingDir }: View): string[] {
  const own = path.filter((folder) => isAbsolute(folder) && !isInside(folder, workingDir));
  return [...new Set([...PROGRAM_FOLDERS, ...own])].filter((folder) => linkTarget(folder) === null);
}

/** Where all programs and what they need stand. */
function systemFolders({ path }: View): string[] {
  const folders = [...new Set([...ALL_PROGRAMS, ...path.filter(isAbsolute)])].sort();
  return folders.filter((folder) => linkTarget(folder) === null && reachable(folder));
}

function shownPaths({ net, programs, files }: View): string[] {
  return [...SYSTEM_FILES, ...net ? NETWORK_FILES : [], ...programs.paths, ...files].filter(reachable);
}

/** Whether it exists, for this user. */
function reachable(path: string): boolean {
  try {
    return existsSync(path);
  } catch {
    return false;
  }
}

function topLinks(): string[] {
  return TOP_FOLDERS.flatMap((name) => {
    const target = linkTarget(`/${name}`);
    return target === null ? [] : ["--symlink", target, `/${name}`];
  });
}
