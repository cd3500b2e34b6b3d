/** Brings a signal to a program at the other side. */
import { quoteWord } from "../../core/text/quote_word.ts";
import { pause } from "../../platform/time/timer.ts";
import { openBeside, type OpenChannel, type Route } from "./connections.ts";
import type { RemoteProgram } from "./request.ts";

/** Signals that the protocol knows, with the numbers that make exit codes. */
export const SIGNALS: Readonly<Record<string, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  ABRT: 6,
  FPE: 8,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
};

/** What the server's own kill takes at most, milliseconds. */
const SERVER_MS = 300;
/** How often a program is looked for that is not seen, and the time between. */
const TRIES = 5;
const PAUSE_MS = 200;

/** A program that is running. */
export interface RunningProgram {
  readonly route: Route;
  readonly open: OpenChannel;
  readonly program: RemoteProgram;
  /** The programs that are running by the same connection, this one included, in the order of their start. */
  peers(): readonly RemoteProgram[];
}

/** @param name without "SIG" */
export function signalRemote(running: RunningProgram, name: string): void {
  const { route, open: { client, channel, closed }, program } = running;
  // OpenSSH passes no signals on in sessions of root.
  if (route.user === "root" && program.mark !== "") return void signalBeside(running, name);
  const { id, state } = channel.outgoing;
  // The package itself sends no signal any more when the end of stdin was sent, though the protocol allows that; and
  // without the end of stdin what reads it would wait for ever.
  if (state === "open" || state === "eof") client._protocol?.signal(id, name);
  if (name !== "KILL" || program.mark === "") return;
  // The server knows only what it has started itself, which may have died before what that has started.
  const timer = setTimeout(() => void signalBeside(running, name), SERVER_MS);
  void closed.then(() => clearTimeout(timer));
}

/** By a second command, because only at the other side can be seen which process is meant. */
async function signalBeside(running: RunningProgram, name: string): Promise<void> {
  const { open, program } = running;
  let over = false;
  void open.closed.then(() => over = true);
  try {
    for (let tries = 0; tries < TRIES && !over; tries++) {
      if (await runBeside(running, killProgram(program, running.peers(), name)) === 0) return;
      // A program that has just begun may not be seen yet.
      await pause(PAUSE_MS);
    }
  } catch {
    // What cannot be reached is given up after a while.
  }
}

/** @returns the exit code of the shell code, null when it has none */
async function runBeside(
  { route, open: { client }, program }: RunningProgram,
  code: string,
): Promise<number | null> {
  const { channel, exit, closed, release } = await openBeside(client, RUN).catch(async (error) => {
    // A host that allows no further command on this connection may do so on another one.
    if (program.traced) return await route.exec(RUN);
    throw error;
  });
  for (const stream of [channel, channel.stderr]) void drain(stream);
  channel.end(code);
  await closed;
  release();
  return (await exit)?.code ?? null;
}

const REMARK = "# dagu signal";
const RUN = `sh -c 'eval "$(cat)" ${REMARK}'`;

async function drain(stream: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const _ of stream);
  } catch {
    // It ends with the connection.
  }
}

/**
 * Prints the process group of the program. A mark that others may have too is looked for among the children of this
 * connection; the children are in the order of their start, as the programs are. A program that has become another
 * one is the child that is left when all others are known. One that has lost its parent, because a login shell that
 * waits for its command dies of the first signal, has exactly this command line.
 */
const FIND = `
    function has(text, marks, list, i, n) {
      n = split(marks, list, "\\n")
      for (i = 1; i <= n; i++) if (list[i] != "" && index(text, list[i])) return 1
      return 0
    }
    {
      id[++n] = $1; up[$1] = $2; group[$1] = $3; user[$1] = $4
      sub(/^ *[0-9]+ +[0-9]+ +[0-9]+ +[^ ]+ +/, ""); args[n] = $0
    }
    END {
      self = ENVIRON["DAGU_SELF"]; own = ENVIRON["DAGU_OWN"]; rank = ENVIRON["DAGU_RANK"] + 0
      parent = up[group[self]]
      for (i = 1; i <= n; i++) {
        p = id[i]; g = group[p]
        if (has(args[i], ENVIRON["DAGU_SIGNALS"])) continue
        if (rank == 0) {
          if (has(args[i], own)) { print g; exit }
        } else if (up[p] == parent) {
          children++
          if (has(args[i], own)) found[++matches] = g
          else if (!has(args[i], ENVIRON["DAGU_OTHERS"])) { left = g; unknown++ }
        } else if (index(own "\\n", args[i] "\\n") == 1 && user[p] == user[self] && !(g in up)) lost = g
      }
      if (matches) print found[rank < matches ? rank : matches]
      else if (unknown == 1 && children == ENVIRON["DAGU_COUNT"] + 0) print left
      else print lost
    }`;

function killProgram(program: RemoteProgram, peers: readonly RemoteProgram[], name: string): string {
  const { mark, traced } = program;
  const twins = peers.filter((peer) => peer.mark === mark);
  const others = peers.filter((peer) => peer.mark !== mark).flatMap(lookOf);
  const env = {
    OWN: lookOf(program).join("\n"),
    OTHERS: others.join("\n"),
    SIGNALS: REMARK,
    // 0 is for a mark of its own.
    RANK: traced ? 0 : twins.indexOf(program) + 1 || twins.length + 1,
    COUNT: peers.length,
  };
  const given = Object.entries(env).map(([key, value]) => `DAGU_${key}=${quoteWord(String(value))}`);
  const find = `DAGU_SELF=$$ ${given.join(" ")} awk ${quoteWord(FIND)}`;
  return `group=$(ps -A -o pid= -o ppid= -o pgid= -o user= -o args= | ${find})
[ -n "$group" ] && kill -s ${name} -- "-$group"`;
}

/** How the list of processes shows it: itself, and as the command of a login shell. */
function lookOf({ mark, command }: RemoteProgram): string[] {
  return [mark, command].map((text) => text.split("\n")[0]!.slice(0, 500));
}
