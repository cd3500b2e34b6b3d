/** Brings what a container writes into the step's log. */
import type { SandboxIo } from "../../sandbox/worker_runtime.ts";
import { Frames } from "./frames.ts";
import type { ByteStream } from "../worker_engine.ts";

/** @param tty the stream comes from a terminal: no frames, everything is stdout */
export async function copyOutput(stream: ByteStream, io: SandboxIo, tty: boolean): Promise<void> {
  const frames = new Frames();
  try {
    for await (const piece of stream) {
      if (tty) await io.write("stdout", piece);
      else for (const part of frames.push(piece)) await io.write(part.stream, part.bytes);
    }
  } catch (error) {
    // A stream that was cut off because the container is gone ends like any other.
    if (!io.signal.aborted) throw error;
  }
}
