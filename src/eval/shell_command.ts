/** What is known of the simple command that the lexer stands in: enough to tell whether an argument is a program. */
import { baseName, isPosixShell } from "./dialect.ts";

/**
 * Who reads the text of an argument or here-document: nobody as a program, a shell that inherits the environment, or
 * one that does not (in a container, on another host, as another user).
 */
export type Reader = "none" | "local" | "remote";

const OTHER_ENVIRONMENT = new Set(
  "ssh docker podman nerdctl kubectl oc crictl lxc vagrant sudo doas chroot runuser machinectl docker-compose"
    .split(" "),
);
const SAME_SHELL = new Set(["eval", "trap", "alias"]);
/** Words after which a command begins anew. */
const INTRODUCERS = new Set(
  "if then elif else while until do ! { time exec command nohup builtin".split(" "),
);

export class ShellCommand {
  #program = "";
  #last = "";
  #shell = false;
  #remote = false;
  #login = false;
  /** Depth of `case ... esac`, in which a closing parenthesis ends a pattern. */
  cases = 0;

  /** True before the first word that is no assignment. */
  get fresh(): boolean {
    return this.#program === "";
  }

  next(): void {
    this.#program = "";
    this.#last = "";
    this.#shell = this.#remote = this.#login = false;
  }

  word(word: string): void {
    if (this.fresh) {
      if (word === "case") this.cases++;
      if (word === "esac") this.cases = Math.max(0, this.cases - 1);
      if (INTRODUCERS.has(word) || word === "esac" || /^[A-Za-z_]\w*\+?=/.test(word)) return;
      this.#program = baseName(word) || word;
    }
    this.#shell ||= isPosixShell(word) || this.#program === "su";
    this.#remote ||= OTHER_ENVIRONMENT.has(baseName(word));
    this.#login ||= this.#program === "su" && (word === "-" || word === "-l" || word === "--login");
    this.#last = word;
  }

  /** Who reads the argument that comes after the words so far. */
  argument(): Reader {
    if (SAME_SHELL.has(this.#program)) return "local";
    if (this.#program === "ssh") return "remote";
    if (this.#program === "nix-shell" && /^--(?:run|command)$/.test(this.#last)) return "local";
    if (!this.#shell || !/^-[A-Za-z]*c[A-Za-z]*$/.test(this.#last)) return "none";
    return this.#elsewhere() ? "remote" : "local";
  }

  /** True when the argument is a whole program; arguments of `ssh` may be parts of one. */
  get wholeProgram(): boolean {
    return this.#program !== "ssh";
  }

  /** Who reads the standard input. */
  input(): Reader {
    if (this.#program === "ssh") return "remote";
    if (!this.#shell || /^-[A-Za-z]*c/.test(this.#last)) return "none";
    return this.#elsewhere() ? "remote" : "local";
  }

  #elsewhere(): boolean {
    return this.#remote || this.#login;
  }
}
