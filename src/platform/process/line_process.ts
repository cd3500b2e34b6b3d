/** A process that is talked to in lines of JSON over its standard input and output, and outlives this one. */
import { endOf, separator } from "./processes.ts";

export interface LineProcess {
  readonly pid: number;
  /** Resolves when the process has ended, with a word about how; never rejects. */
  readonly ended: Promise<string>;
  /** Sends one line. What can no longer be delivered is dropped: {@link ended} tells. */
  send(value: unknown): void;
  /** Ends its input. */
  close(): void;
}

/**
 * Starts a program in a session of its own, with the environment of this process.
 * @param onLine gets what it says, line by line; what is no JSON is dropped
 * @throws what the system says
 */
export function startLineProcess(command: readonly string[], onLine: (value: unknown) => void): LineProcess {
  const separate = separator();
  const [program, ...args] = separate === null ? command : [separate, ...command];
  const child = new Deno.Command(program!, {
    args,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
    detached: separate === null,
  }).spawn();
  const input = child.stdin.getWriter();
  const encoder = new TextEncoder();
  const said = readLines(child.stdout, onLine);
  return {
    pid: child.pid,
    ended: endOf(child).then(async ({ error }) => {
      await said;
      await input.close().catch(() => {});
      return error;
    }),
    send: (value) => void input.write(encoder.encode(`${JSON.stringify(value)}\n`)).catch(() => {}),
    close: () => void input.close().catch(() => {}),
  };
}

async function readLines(
  stream: ReadableStream<Uint8Array>,
  onLine: (value: unknown) => void,
): Promise<void> {
  /** Of a line that has not come to its end: a long one comes in many pieces, and is put together once. */
  let pieces: string[] = [];
  try {
    for await (
      const text of stream.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    ) {
      const [first, ...others] = text.split("\n");
      pieces.push(first!);
      for (const next of others) {
        const value = parsed(pieces.join(""));
        pieces = [next];
        if (value !== undefined) onLine(value);
      }
    }
  } catch {
    // Nothing more is said.
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
