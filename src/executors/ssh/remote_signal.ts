/** Brings a signal to a program at the other side. */
import { quoteWord } from "../../core/quote_word.ts";
import type { OpenChannel, Route } from "./connections.ts";
import type { RemoteProgram } from "./request.ts";
import type { SshChannel } from "./ssh2_types.ts";

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

/** @param name without "SIG" */
export function signalRemote(route: Route, open: OpenChannel, program: RemoteProgram, name: string): void {
  // OpenSSH passes no signals on in sessions of root.
  if (route.user === "root" && program.mark !== "") return signalBeside(route, open, program, name);
  const { client, channel, closed } = open;
  const { id, state } = channel.outgoing;
  // The package itself sends no signal any more when the end of stdin was sent, though the protocol allows that; and
  // without the end of stdin what reads it would wait for ever.
  if (state === "open" || state === "eof") client._protocol?.signal(id, name);
  if (name !== "KILL" || program.mark === "") return;
  // The server knows only what it has started itself, which may have died before what that has started.
  const timer = setTimeout(() => signalBeside(route, open, program, name), SERVER_MS);
  void closed.then(() => clearTimeout(timer));
}

/** By a second command, because only at the other side can be seen which process is meant. */
function signalBeside(route: Route, { client }: OpenChannel, program: RemoteProgram, name: string): void {
  try {
    client.exec(RUN, (error, beside) => {
      if (!error) send(beside, killProgram(program, name));
      else if (program.traced) void sendElsewhere(route, killProgram(program, name));
    });
  } catch {
    // The connection is lost, and the step with it.
  }
}

/** By another connection, for a host that allows no further command on this one. */
async function sendElsewhere(route: Route, program: string): Promise<void> {
  try {
    const { channel, closed, release } = await route.exec(RUN);
    void closed.then(release);
    send(channel, program);
  } catch {
    // What cannot be reached is given up after a while.
  }
}

const RUN = `sh -c 'eval "$(cat)"'`;

function send(channel: SshChannel, program: string): void {
  channel.on("error", () => {});
  for (const stream of [channel, channel.stderr]) void drain(stream);
  channel.end(program);
}

async function drain(stream: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const _ of stream);
  } catch {
    // It ends with the connection.
  }
}

/**
 * Finds the process group of the program and signals it. One whose mark others may have too is looked for among the
 * children of this connection, and among those that lost their parent and have exactly this command line: a login
 * shell that waits for its command dies of the first signal.
 */
function killProgram({ command, mark, traced }: RemoteProgram, name: string): string {
  const awk = `{
      id[++n] = $1; up[$1] = $2; group[$1] = $3; user[$1] = $4
      sub(/^ *[0-9]+ +[0-9]+ +[0-9]+ +[^ ]+ /, ""); args[n] = $0
    }
    END {
      self = ENVIRON["DAGU_SELF"]; me = group[self]; parent = up[me]
      for (i = 1; i <= n; i++) {
        p = id[i]
        if (group[p] == me) continue
        if (ENVIRON["DAGU_TRACED"] == "" && up[p] != parent) {
          if (args[i] == ENVIRON["DAGU_A"] && user[p] == user[self] && !(group[p] in up)) lost = group[p]
        } else if (index(args[i], ENVIRON["DAGU_A"]) || index(args[i], ENVIRON["DAGU_B"])) {
          found = group[p]
        }
      }
      print found ? found : lost
    }`;
  const env = [
    `DAGU_A=${quoteWord(firstLine(mark))}`,
    `DAGU_B=${quoteWord(firstLine(command))}`,
    `DAGU_TRACED=${traced ? "1" : ""}`,
    "DAGU_SELF=$$",
  ].join(" ");
  return `group=$(ps -A -o pid= -o ppid= -o pgid= -o user= -o args= | ${env} awk ${quoteWord(awk)})
[ -n "$group" ] && kill -s ${name} -- "-$group"`;
}

function firstLine(text: string): string {
  return text.split("\n")[0]!.slice(0, 500);
}
