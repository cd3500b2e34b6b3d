/**
 * The guard: a small shell beside the agent that ends what the agent started when the agent is killed. It sleeps in
 * a read from a pipe that only the agent holds; the end of that pipe without a word of farewell is the alarm.
 */
import { GuardedGroups } from "./guarded_groups.ts";
import { nativePipe, nativeSpawn } from "../native_spawn.ts";
import { separator } from "../processes.ts";

/*
 * Arguments: the file of the groups, and the marks (NAME=value) that name the attempt's processes in their
 * environment, which finds those that left their group as well, and those that were started a moment before the agent
 * died. The guard itself carries none. It looks twice before it believes that nothing is left: a process that was just
 * being started has no environment yet. Lines on stdin: `=<mark>`, `done`.
 */
const SCRIPT = `
trap '' TERM INT HUP QUIT PIPE
cd /
file=$1
shift
while read -r line; do
  case $line in
    =*) set -- "$@" "\${line#=}" ;;
    done) exit 0 ;;
  esac
done
trap 'rm -f "$file"' EXIT
groups=
while read -r id; do groups="$groups $id"; done <"$file"
holders() {
  for mark; do grep -lF -e "$mark" /proc/[0-9]*/environ 2>/dev/null; done | cut -d / -f 3
}
left=
end() {
  left=
  for id in $groups; do kill -s "$signal" -- "-$id" 2>/dev/null && left=1; done
  for id in $(holders "$@"); do kill -s "$signal" "$id" 2>/dev/null && left=1; done
}
signal=TERM
end "$@"
sleep 0.1 || exit 0
end "$@"
[ "$left" ] || exit 0
sleep 0.2
signal=KILL
for round in 1 2 3; do
  end "$@"
  [ "$left" ] || exit 0
  sleep 0.1
done
`;

/** Where words for the guard are written. */
interface Pipe {
  write(bytes: Uint8Array): Promise<unknown>;
  close(): Promise<void> | void;
}

const COMMAND = ["/bin/sh", "-c", SCRIPT, "dagu-guard"] as const;
const ENV = { PATH: "/usr/bin:/bin" };

/** Guards one agent and all the attempts that it owns. */
export class Guard {
  /** Number of the guarding process; 0 when there is none. */
  readonly pid: number;
  readonly #pipe: Pipe | null;
  readonly #groups: GuardedGroups | null;
  readonly #encoder = new TextEncoder();
  #last: Promise<unknown> = Promise.resolve();

  private constructor(pid: number, pipe: Pipe | null, groups: GuardedGroups | null) {
    this.pid = pid;
    this.#pipe = pipe;
    this.#groups = groups;
  }

  /**
   * Starts a guard and does not wait for it. Where none can be started the steps run without one.
   * @param mark `NAME=value` in the environment of every process of the attempt, and of no other.
   * @param file is made for as long as the guard is there
   */
  static start(mark: string, file: string): Guard {
    let groups: GuardedGroups | null = null;
    try {
      groups = new GuardedGroups(file);
      return Guard.#natively(mark, groups) ?? Guard.#byDeno(mark, groups);
    } catch {
      groups?.close();
      return new Guard(0, null, null);
    }
  }

  static #natively(mark: string, groups: GuardedGroups): Guard | null {
    const pipe = nativePipe();
    if (!pipe) return null;
    const child = nativeSpawn({
      path: COMMAND[0],
      argv: [...COMMAND, groups.path, mark],
      env: ENV,
      cwd: "/",
      stdin: pipe.path,
      stdout: "/dev/null",
      stderr: "/dev/null",
      umask: null,
    });
    pipe.handedOver();
    if (!child) pipe.input.close();
    return child && new Guard(child.pid, pipe.input, groups);
  }

  static #byDeno(mark: string, groups: GuardedGroups): Guard {
    const separate = separator();
    const [program, ...args] = [...separate === null ? [] : [separate], ...COMMAND, groups.path, mark];
    const child = new Deno.Command(program!, {
      args,
      env: ENV,
      clearEnv: true,
      stdin: "piped",
      stdout: "null",
      stderr: "null",
      detached: separate === null,
    }).spawn();
    child.unref();
    return new Guard(child.pid, child.stdin.getWriter(), groups);
  }

  /** A process group was started. */
  add(pgid: number): void {
    this.#groups?.add(pgid);
  }

  /** The group is done with; what it left running on purpose stays. */
  remove(pgid: number): void {
    this.#groups?.remove(pgid);
  }

  /** A further attempt of this agent, a sub-DAG run, has processes of its own mark. */
  addMark(mark: string): void {
    this.#tell(`=${mark}`);
  }

  #tell(line: string): void {
    if (!this.#pipe) return;
    // A guard that was killed leaves the steps unguarded, which is no reason to fail them.
    this.#last = this.#pipe.write(this.#encoder.encode(`${line}\n`)).catch(() => {});
  }

  /** Sends the guard home: nothing is ended. Resolves when it has the message, so the agent may then exit. */
  async done(): Promise<void> {
    this.#groups?.close();
    if (!this.#pipe) return;
    this.#tell("done");
    await this.#last;
    try {
      await this.#pipe.close();
    } catch {
      // It has gone already.
    }
  }
}
