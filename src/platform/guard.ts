/**
 * The guard: a small shell beside the agent that ends what the agent started when the agent is killed. It sleeps in
 * a read from a pipe that only the agent holds; the end of that pipe without a word of farewell is the alarm.
 */
import { nativePipe, nativeSpawn } from "./native_spawn.ts";
import { separator } from "./processes.ts";

/*
 * Arguments: the marks (NAME=value) that name the attempt's processes in their environment, which finds those that
 * left their group as well, and those that were started a moment before the agent died. The guard itself carries
 * none. It looks twice before it believes that nothing is left: a process that was just being started has no
 * environment yet. Lines on stdin: `+<pgid>`, `-<pgid>`, `=<mark>`, `done`.
 */
const SCRIPT = `
trap '' TERM INT HUP QUIT PIPE
cd /
groups=' '
while read -r line; do
  id=\${line#?}
  case $line in
    +*) groups="$groups$id " ;;
    -*) case $groups in *" $id "*) groups="\${groups%%" $id "*} \${groups#*" $id "}" ;; esac ;;
    =*) set -- "$@" "$id" ;;
    done) exit 0 ;;
  esac
done
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
  readonly #encoder = new TextEncoder();
  #last: Promise<unknown> = Promise.resolve();
  /** Lines about ended groups that were not sent yet. */
  #ended = "";

  private constructor(pid: number, pipe: Pipe | null) {
    this.pid = pid;
    this.#pipe = pipe;
  }

  /**
   * Starts a guard and does not wait for it. Where none can be started the steps run without one.
   * @param mark `NAME=value` in the environment of every process of the attempt, and of no other.
   */
  static start(mark: string): Guard {
    try {
      return Guard.#natively(mark) ?? Guard.#byDeno(mark);
    } catch {
      return new Guard(0, null);
    }
  }

  static #natively(mark: string): Guard | null {
    const pipe = nativePipe();
    if (!pipe) return null;
    const child = nativeSpawn({
      path: COMMAND[0],
      argv: [...COMMAND, mark],
      env: ENV,
      cwd: "/",
      stdin: pipe.path,
      stdout: "/dev/null",
      stderr: "/dev/null",
      umask: null,
    });
    pipe.handedOver();
    if (!child) pipe.input.close();
    return child && new Guard(child.pid, pipe.input);
  }

  static #byDeno(mark: string): Guard {
    const separate = separator();
    const [program, ...args] = [...separate === null ? [] : [separate], ...COMMAND, mark] as const;
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
    return new Guard(child.pid, child.stdin.getWriter());
  }

  /** A process group was started. */
  add(pgid: number): void {
    this.#tell(`+${pgid}`);
  }

  /** The group is done with; what it left running on purpose stays. The guard is told together with the next group. */
  remove(pgid: number): void {
    this.#ended += `-${pgid}\n`;
  }

  /** A further attempt of this agent, a sub-DAG run, has processes of its own mark. */
  addMark(mark: string): void {
    this.#tell(`=${mark}`);
  }

  #tell(line: string): void {
    if (!this.#pipe) return;
    // A guard that was killed leaves the steps unguarded, which is no reason to fail them.
    this.#last = this.#pipe.write(this.#encoder.encode(`${this.#ended}${line}\n`)).catch(() => {});
    this.#ended = "";
  }

  /** Sends the guard home: nothing is ended. Resolves when it has the message, so the agent may then exit. */
  async done(): Promise<void> {
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
