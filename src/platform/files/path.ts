/** POSIX paths as plain text. No file system is touched. */

export function isAbsolute(path: string): boolean {
  return path.startsWith("/");
}

/** Resolves `.`, `..` and doubled slashes. "" becomes ".". A trailing slash is dropped. */
export function normalize(path: string): string {
  const absolute = isAbsolute(path);
  const kept: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") kept.push(part);
    else if (kept.length > 0 && kept[kept.length - 1] !== "..") kept.pop();
    else if (!absolute) kept.push("..");
  }
  const joined = kept.join("/");
  return absolute ? "/" + joined : joined || ".";
}

/** Joins with "/" and normalizes; empty parts are left out. */
export function join(...parts: string[]): string {
  return normalize(parts.filter((part) => part !== "").join("/"));
}

/** Appends each path to `base`, starting anew at every absolute one. `base` must be absolute. */
export function resolve(base: string, ...paths: string[]): string {
  let result = base;
  for (const path of paths) {
    if (path !== "") result = isAbsolute(path) ? path : `${result}/${path}`;
  }
  return normalize(result);
}

/** The folder part: "." when there is none. */
export function dirname(path: string): string {
  const trimmed = trimSlashes(path);
  const cut = trimmed.lastIndexOf("/");
  if (cut < 0) return ".";
  return cut === 0 ? "/" : trimSlashes(trimmed.slice(0, cut));
}

/** The last part, without `suffix` when it ends in that (and is not equal to it). */
export function basename(path: string, suffix = ""): string {
  const trimmed = trimSlashes(path);
  const name = trimmed === "/" ? "/" : trimmed.slice(trimmed.lastIndexOf("/") + 1);
  return suffix && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
}

/** The ending with its dot, `.yaml`; "" for none and for dot files. */
export function extname(path: string): string {
  const name = basename(path);
  const dot = name.lastIndexOf(".");
  return dot > 0 && name !== ".." ? name.slice(dot) : "";
}

/** The way from one absolute folder to a path; "." when they are the same. */
export function relative(from: string, to: string): string {
  const a = normalize(from).split("/").filter(Boolean);
  const b = normalize(to).split("/").filter(Boolean);
  let same = 0;
  while (same < a.length && same < b.length && a[same] === b[same]) same++;
  return [...a.slice(same).map(() => ".."), ...b.slice(same)].join("/") || ".";
}

/** True when `path` is `root` or lies below it, by its text. Resolve links first where that matters. */
export function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== ".." && !way.startsWith("../");
}

function trimSlashes(path: string): string {
  let end = path.length;
  while (end > 1 && path[end - 1] === "/") end--;
  return path.slice(0, end);
}
