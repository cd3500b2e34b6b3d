/** In an audit: notes what the code asks of the `Deno` namespace. */
import type { PermissionKind } from "../../core/permissions.ts";
import { resolve } from "../../platform/files/path.ts";

export type Note = (kind: PermissionKind, entry: string) => void;

const READ = ["read"] as const;
const WRITE = ["write"] as const;

/** By function, for each of its arguments that is a path; the forms that end in `Sync` are the same. */
const FILES: Readonly<Record<string, readonly (readonly PermissionKind[])[]>> = {
  readFile: [READ],
  readTextFile: [READ],
  readDir: [READ],
  readLink: [READ],
  realPath: [READ],
  stat: [READ],
  lstat: [READ],
  writeFile: [WRITE],
  writeTextFile: [WRITE],
  mkdir: [WRITE],
  remove: [WRITE],
  truncate: [WRITE],
  chmod: [WRITE],
  chown: [WRITE],
  utime: [WRITE],
  copyFile: [READ, WRITE],
  rename: [["read", "write"], WRITE],
};
const FACTS = [
  "hostname",
  "osRelease",
  "osUptime",
  "loadavg",
  "networkInterfaces",
  "systemMemoryInfo",
  "uid",
  "gid",
];

export function watchDeno(note: Note): void {
  const path = (given: unknown) => {
    const text = given instanceof URL ? decodeURIComponent(given.pathname) : String(given);
    return resolve(Deno.cwd(), text);
  };
  for (const [name, places] of Object.entries(FILES)) {
    const noted = (given: unknown[]) =>
      places.forEach((kinds, at) => kinds.forEach((kind) => note(kind, path(given[at]))));
    for (const form of [name, `${name}Sync`]) before(Deno, form, noted);
  }
  for (const form of ["open", "openSync"]) {
    before(Deno, form, ([file, options]) => {
      const { read, write, append, create, createNew, truncate } =
        (options ?? { read: true }) as Deno.OpenOptions;
      if (read) note("read", path(file));
      if (write || append || create || createNew || truncate) note("write", path(file));
    });
  }
  for (const form of ["connect", "connectTls"]) {
    before(Deno, form, ([to]) => {
      const { hostname = "127.0.0.1", port } = to as Deno.ConnectOptions;
      if (port !== undefined) note("net", `${hostname}:${port}`);
    });
  }
  for (const form of ["get", "has", "set", "delete"]) {
    before(Deno.env, form, ([name]) => note("env", String(name)));
  }
  before(Deno.env, "toObject", () => note("env", "*"));
  for (const fact of FACTS) before(Deno, fact, () => note("sys", fact));
}

/** Calls `noted` with the arguments before a function of an object does its work. */
function before(owner: object, name: string, noted: (given: unknown[]) => void): void {
  const real: unknown = Reflect.get(owner, name);
  if (typeof real !== "function") return;
  Object.defineProperty(owner, name, {
    value: (...given: unknown[]) => {
      noted(given);
      return Reflect.apply(real, owner, given);
    },
  });
}
