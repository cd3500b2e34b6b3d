/**
 * Sign of life of a root run: a file of eight bytes, the Unix seconds of the last beat, big endian. It stands under
 * two names, ours and the one that Dagu 1.30 looks for, which are links to one file.
 */
import { ensureDirSync, removeIfExistsSync, syncDir, writeAllSync } from "../../../platform/files/files.ts";
import { dirname } from "../../../platform/files/path.ts";
import { dagProcFile, procDir, procFileName, type StoreRoots } from "../layout.ts";
import { startInterval } from "../../../platform/time/timer.ts";

const BEAT_MS = 5000;

export class Heartbeat {
  readonly #file: Deno.FsFile;
  readonly paths: readonly string[];
  /** Folders whose entries lead to it and are new. */
  readonly #folders: readonly string[];
  readonly #rest: () => void;

  private constructor(file: Deno.FsFile, paths: readonly string[], folders: readonly string[]) {
    this.#file = file;
    this.paths = paths;
    this.#folders = folders;
    this.#beat();
    this.#rest = startInterval(BEAT_MS, () => this.#beat());
  }

  /** @param group queue of the run, or the name of its DAG */
  static start(roots: StoreRoots, group: string, dagName: string, dagRunId: string, at: number): Heartbeat {
    const folder = procDir(roots, group);
    const path = `${folder}/${procFileName(dagRunId, at)}`;
    const linked = `${folder}/${dagProcFile(dagName, dagRunId, at)}`;
    const made = ensureDirSync(dirname(linked));
    const file = Deno.openSync(path, { write: true, create: true, mode: 0o600 });
    try {
      replaceLink(path, linked);
      return new Heartbeat(file, [path, linked], [...made.map(dirname), dirname(linked)]);
    } catch {
      // A file system without hard links: the second name is a convenience for other programs only.
      return new Heartbeat(file, [path], [...made.map(dirname), folder]);
    }
  }

  /** Resolves when a power cut does not take it. */
  async placed(): Promise<void> {
    await Promise.all([...new Set(this.#folders)].map(syncDir));
  }

  /** Beats no more, and leaves the file: in a while everybody sees that there is no owner. */
  leave(): void {
    this.#rest();
    this.#file.close();
  }

  /** Ends the sign of life. */
  stop(): void {
    this.leave();
    for (const path of this.paths) removeIfExistsSync(path);
  }

  #beat(): void {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(Math.floor(Date.now() / 1000)));
    try {
      this.#file.seekSync(0, Deno.SeekMode.Start);
      writeAllSync(this.#file, bytes);
    } catch {
      // A missed beat is made good by the next one; the owner is judged by its process first.
    }
  }
}

function replaceLink(path: string, linked: string): void {
  try {
    Deno.linkSync(path, linked);
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    removeIfExistsSync(linked);
    Deno.linkSync(path, linked);
  }
}
