/** Reads what strace writes about a program and its children: which files they opened, changed and ran. */
import { dirname, join, resolve } from "../../platform/files/path.ts";

/** Absolute paths of what was done with success. */
export interface Traced {
  readonly programs: ReadonlySet<string>;
  /** Opened for reading, files and folders. */
  readonly read: ReadonlySet<string>;
  /** Looked at: whether they exist, and their attributes. */
  readonly seen: ReadonlySet<string>;
  /** Entered as working folders. */
  readonly entered: ReadonlySet<string>;
  /** Changed in place. */
  readonly changed: ReadonlySet<string>;
  /** Made by the programs, also those that they removed again. */
  readonly made: ReadonlySet<string>;
  /** Folders in which entries came or went. */
  readonly folders: ReadonlySet<string>;
  /** Whether anything was sent to the network. */
  readonly net: boolean;
}

/** What strace has to be told: follow children, show the paths of descriptors, be silent about the rest. */
export const STRACE_OPTIONS = ["-f", "-qq", "-y", "-s", "4096", "-e", "trace=%file,connect,sendto"];

const CALL = /^(\d+) +(\w+)\((.*)\) += (.*)$/;
const BEGUN = /^(\d+) +(.*) <unfinished \.\.\.>$/;
const RESUMED = /^(\d+) +<\.\.\. \w+ resumed>(.*)$/;
/** A path argument, with the folder that it is relative to where the call has one. */
const PATH = /(?:(?:AT_FDCWD|\d+)<((?:[^<>\\]|\\.)*)>, )?"((?:[^"\\]|\\.)*)"/g;

/** Takes the lines one by one. */
export class StraceLog implements Traced {
  readonly programs = new Set<string>();
  readonly read = new Set<string>();
  readonly seen = new Set<string>();
  readonly entered = new Set<string>();
  readonly changed = new Set<string>();
  readonly made = new Set<string>();
  readonly folders = new Set<string>();
  net = false;
  readonly #begun = new Map<string, string>();
  /** By process: where it was last seen. */
  readonly #cwd = new Map<string, string>();

  /** @param workingDir where the program was started */
  constructor(readonly workingDir: string) {}

  add(line: string): void {
    const begun = BEGUN.exec(line);
    if (begun) {
      this.#begun.set(begun[1]!, begun[2]!);
      return;
    }
    const resumed = RESUMED.exec(line);
    const whole = resumed ? `${resumed[1]} ${this.#begun.get(resumed[1]!) ?? ""}${resumed[2]}` : line;
    const [, pid = "", name = "", args = "", result = ""] = CALL.exec(whole) ?? [];
    if (name === "connect" || name === "sendto") return this.#send(args, result);
    if (name !== "" && !result.startsWith("-")) this.#file(name, args, result, pid);
  }

  #send(args: string, result: string): void {
    if (result.startsWith("-") && !result.includes("EINPROGRESS")) return;
    const socket = /sa_family=AF_UNIX, sun_path="((?:[^"\\]|\\.)*)"/.exec(args);
    if (socket) this.read.add(unescape(socket[1]!));
    this.net ||= /sa_family=AF_INET6?,/.test(args);
  }

  #file(name: string, args: string, result: string, pid: string): void {
    const [first, second] = this.#paths(args, pid);
    if (first === undefined) return;
    if (/^execve/.test(name)) this.programs.add(first);
    else if (/^(?:open|openat|openat2|creat)$/.test(name)) this.#open(name, args, opened(result) ?? first);
    else if (/^(?:mkdir|mknod)/.test(name)) this.#make(first);
    else if (/^(?:unlink|rmdir)/.test(name)) this.folders.add(dirname(first));
    else if (name === "chdir") {
      this.entered.add(first);
      this.#cwd.set(pid, first);
    } else if (/^rename/.test(name)) {
      this.folders.add(dirname(first));
      this.#make(second);
    } else if (/^link/.test(name)) {
      this.read.add(first);
      this.#make(second);
      // The first text of a symbolic link is what it says, no path of the call.
    } else if (/^symlink/.test(name)) this.#make(second);
    else if (/^(?:truncate|chmod|fchmodat|chown|lchown|fchownat|utime|l?setxattr)/.test(name)) {
      this.changed.add(first);
    } else this.seen.add(first);
  }

  #open(name: string, args: string, path: string): void {
    if (args.includes("O_PATH")) this.seen.add(path);
    else if (name === "creat" || /O_CREAT/.test(args)) this.#make(path);
    else if (/O_WRONLY|O_RDWR/.test(args)) this.changed.add(path);
    else this.read.add(path);
  }

  #make(path: string | undefined): void {
    if (path === undefined) return;
    this.made.add(path);
    this.folders.add(dirname(path));
  }

  #paths(args: string, pid: string): string[] {
    const paths: string[] = [];
    // Attributes of what is open already.
    if (args.includes("AT_EMPTY_PATH")) return paths;
    for (const [, folder, text] of args.matchAll(PATH)) {
      if (folder !== undefined && args.startsWith("AT_FDCWD")) this.#cwd.set(pid, unescape(folder));
      const base = folder === undefined ? this.#cwd.get(pid) ?? this.workingDir : unescape(folder);
      if (base.startsWith("/")) paths.push(resolve(base, unescape(text!)));
    }
    return paths;
  }
}

/** The path that a descriptor shows. */
function opened(result: string): string | undefined {
  const path = /^\d+<(\/(?:[^<>\\]|\\.)*)>/.exec(result)?.[1];
  return path === undefined ? undefined : join(unescape(path));
}

const NAMED: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, f: 12, v: 11, a: 7, b: 8 };

/** Bytes that are no plain characters are written as in C. */
function unescape(text: string): string {
  if (!text.includes("\\")) return text;
  const bytes: number[] = [];
  for (
    const [, octal, hex, sign, plain] of text.matchAll(/\\([0-7]{1,3})|\\x([0-9a-f]{2})|\\(.)|([^\\]+)/gs)
  ) {
    if (octal !== undefined) bytes.push(parseInt(octal, 8));
    else if (hex !== undefined) bytes.push(parseInt(hex, 16));
    else if (sign !== undefined) bytes.push(NAMED[sign] ?? sign.charCodeAt(0));
    else bytes.push(...new TextEncoder().encode(plain));
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}
