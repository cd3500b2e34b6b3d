/** Tells of what is added to log files. All that are followed share one watch of the system. */
import { dirname } from "../../../platform/files/path.ts";
import { readRange, sizeOf } from "../../../platform/logs/log_files.ts";
import { startInterval, startTimer } from "../../../platform/time/timer.ts";
import { watchFolder } from "../../../platform/folders/watch_folder.ts";

/** What was added to a log. */
export interface LogPiece {
  /** Where it begins, in bytes. */
  readonly offset: number;
  readonly text: string;
  /** Bytes of the whole log. */
  readonly size: number;
  /** More was added than fits: what lies between can be read by lines. */
  readonly skipped: boolean;
}

type OnPiece = (piece: LogPiece) => void;

interface Follow {
  readonly path: string;
  readonly onPiece: OnPiece;
  readonly decoder: TextDecoder;
  offset: number;
}

/** Additions that come together are told together. */
const GATHER_MS = 50;
/** Where no watch can be had, and for what it misses. */
const LOOK_MS = 1000;
/** Most bytes of one piece. */
const MAX_PIECE = 256 * 1024;

export class LogFollows {
  readonly #follows = new Set<Follow>();
  readonly #due = new Set<string>();
  #folders = "";
  #endWatch: () => void = () => {};
  #endLooks: () => void = () => {};

  /**
   * @param from bytes that are known already
   * @returns a function that ends it
   */
  follow(path: string, from: number, onPiece: OnPiece): () => void {
    const follow = { path, onPiece, decoder: new TextDecoder(), offset: from };
    this.#follows.add(follow);
    this.#watch();
    this.#soon(path);
    return () => {
      this.#follows.delete(follow);
      this.#watch();
    };
  }

  end(): void {
    this.#follows.clear();
    this.#watch();
  }

  /** A watch cannot be extended: another one takes its place when other folders are wanted. */
  #watch(): void {
    const folders = [...new Set([...this.#follows].map(({ path }) => dirname(path)))].sort();
    if (folders.join("\n") === this.#folders) return;
    this.#folders = folders.join("\n");
    const before = this.#endWatch;
    this.#endWatch = () => {};
    this.#endLooks();
    this.#endLooks = folders.length === 0 ? () => {} : startInterval(LOOK_MS, () => this.#all());
    if (folders.length > 0) {
      const onChange = (paths: readonly string[] | null) =>
        paths ? paths.forEach((path) => this.#soon(path)) : this.#all();
      // Without a watch the looks go on.
      const watch = watchFolder(folders, { recursive: false, onChange, onLost: () => {} });
      this.#endWatch = () => watch?.close();
    }
    before();
    this.#all();
  }

  #all(): void {
    for (const { path } of this.#follows) this.#soon(path);
  }

  #soon(path: string): void {
    if (this.#due.has(path)) return;
    this.#due.add(path);
    startTimer(GATHER_MS, () => {
      this.#due.delete(path);
      for (const follow of this.#follows) if (follow.path === path) tell(follow);
    });
  }
}

function tell(follow: Follow): void {
  const size = sizeOf(follow.path);
  // A log that was begun anew.
  if (size < follow.offset) follow.offset = 0;
  if (size === follow.offset) return;
  const skipped = size - follow.offset > MAX_PIECE;
  const offset = skipped ? size - MAX_PIECE : follow.offset;
  const text = follow.decoder.decode(readRange(follow.path, offset, size - offset), { stream: true });
  follow.offset = size;
  follow.onPiece({ offset, text, size, skipped });
}
