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

/** @param name without "SIG" */
export function signalRemote(
  route: Route,
  { client, channel }: OpenChannel,
  program: RemoteProgram,
  name: string,
): void {
  const { id, state } = channel.outgoing;
  // OpenSSH passes no signals on in sessions of root.
  const byProtocol = route.user !== "root" || program.mark === "";
  // The package itself sends no signal any more when the end of stdin was sent, though the protocol allows that; and
  // without the end of stdin what reads it would wait for ever.
  if (byProtocol && (state === "open" || state === "eof")) client._protocol?.signal(id, name);
  if (program.mark === "" || (byProtocol && name !== "KILL")) return;
  // Beside the program, because only there can be seen which process is meant.
  client.exec(RUN, (error, beside) => {
    if (!error) send(beside, killProgram(program, name, true));
    else if (program.traced) {
      void route.exec(RUN).then(({ channel, closed, release }) => {
        void closed.then(release);
        send(channel, killProgram(program, name, false));
      }).catch(() => {});
    }
  });
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

/** Finds the process group of the program and signals it. */
function killProgram({ command, mark }: RemoteProgram, name: string, near: boolean): string {
  // Programs of the same connection are children of the same process.
  const awk = `{
      id[++n] = $1; up[$1] = $2; group[$1] = $3
      sub(/^ *[0-9]+ +[0-9]+ +[0-9]+ /, ""); args[n] = $0
    }
    END {
      me = group[ENVIRON["DAGU_SELF"]]; parent = up[me]
      for (i = 1; i <= n; i++) {
        p = id[i]
        if (group[p] == me || (ENVIRON["DAGU_NEAR"] != "" && up[p] != parent)) continue
        if (index(args[i], ENVIRON["DAGU_A"]) || index(args[i], ENVIRON["DAGU_B"])) { print group[p]; exit }
      }
    }`;
  const env = [
    `DAGU_A=${quoteWord(firstLine(mark))}`,
    `DAGU_B=${quoteWord(firstLine(command))}`,
    `DAGU_NEAR=${near ? "1" : ""}`,
    "DAGU_SELF=$$",
  ].join(" ");
  return `group=$(ps -A -o pid= -o ppid= -o pgid= -o args= | ${env} awk ${quoteWord(awk)})
[ -n "$group" ] && kill -s ${name} -- "-$group"`;
}

function firstLine(text: string): string {
  return text.split("\n")[0]!.slice(0, 500);
}
