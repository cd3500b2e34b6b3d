/** Reads log files that records name: only regular files below the folders of the engine, links followed. */
import { basename, isInside } from "../../../platform/files/path.ts";
import { statIfExistsSync } from "../../../platform/files/files.ts";
import { LineIndex } from "../../../platform/logs/line_index.ts";
import { readLast, readWindow } from "../../../platform/logs/line_window.ts";
import { fileStream } from "../../../platform/logs/log_files.ts";
import { realPath } from "../../../platform/files/real_path.ts";
import { forbidden } from "../http/api_error.ts";
import { type LogPart, windowOf } from "./log_part.ts";

export interface LogAnswer {
  readonly lines: readonly string[];
  /** Number of the first line of `lines`; 0 when it is not known yet. */
  readonly first: number;
  /** Lines of the whole file. */
  readonly total: number;
  /** The total is a guess: the file is so large that counting goes on. */
  readonly estimated: boolean;
  readonly more: boolean;
  /** Bytes of the whole file. */
  readonly size: number;
  /** The last line of the file has no end yet. */
  readonly open: boolean;
}

const NOTHING: LogAnswer = {
  lines: [],
  first: 1,
  total: 0,
  estimated: false,
  more: false,
  size: 0,
  open: false,
};

/** Tables of files that were asked for last. */
const MAX_KEPT = 200;
/** Files of this size are counted while the client waits. */
const COUNTED_AT_ONCE = 64 * 1024 * 1024;

export class LogReader {
  readonly #roots: readonly string[];
  readonly #indexes: Map<string, LineIndex>;

  /** @param roots folders that logs may stand in, absolute */
  constructor(roots: readonly string[], indexes = new Map<string, LineIndex>()) {
    this.#roots = roots;
    this.#indexes = indexes;
  }

  /** The same reader with one folder more. */
  alsoIn(folder: string): LogReader {
    return new LogReader([...this.#roots, folder], this.#indexes);
  }

  /** Whether a path leads into one of the folders, as it is written. */
  covers(path: string): boolean {
    return this.#roots.some((root) => isInside(root, path));
  }

  /**
   * The true place of a log; "" when there is none.
   * @throws ApiError for a place outside of the folders
   */
  async locate(path: string): Promise<string> {
    const real = path === "" ? null : await realPath(path);
    if (real === null || !statIfExistsSync(real)?.isFile) return "";
    const roots = await Promise.all(this.#roots.map(async (root) => await realPath(root) ?? root));
    if (!roots.some((root) => isInside(root, real))) {
      throw forbidden(`The log "${basename(path)}" does not stand in a folder of logs`);
    }
    return real;
  }

  async read(path: string, part: LogPart): Promise<LogAnswer> {
    const real = await this.locate(path);
    if (real === "") return NOTHING;
    const index = this.#index(real);
    const size = statIfExistsSync(real)?.size ?? 0;
    const { from, count } = windowOf(part);
    if (from === 0 && size - index.size > COUNTED_AT_ONCE) return this.#lastOfUncounted(index, size, count);
    if (!index.isCurrent()) await index.update();
    const { lines: total, open } = index;
    if (from === 0) {
      const lines = readLast(real, index.size, Math.min(count, total));
      const first = total - lines.length + 1;
      return { lines, first, total, estimated: false, more: first > 1, size: index.size, open };
    }
    const { lines, first } = readWindow(index, from, count);
    return {
      lines,
      first,
      total,
      estimated: false,
      more: first + lines.length - 1 < total,
      size: index.size,
      open,
    };
  }

  /**
   * The lines of a file as they are now; null when there is none.
   * @throws ApiError for a place outside of the folders
   */
  async index(path: string): Promise<LineIndex | null> {
    const real = await this.locate(path);
    if (real === "") return null;
    const index = this.#index(real);
    if (!index.isCurrent()) await index.update();
    return index;
  }

  /** The whole file as it is now; null when there is none. */
  async stream(path: string): Promise<ReadableStream<Uint8Array> | null> {
    const real = await this.locate(path);
    return real === "" ? null : fileStream(real, statIfExistsSync(real)?.size ?? 0);
  }

  #lastOfUncounted(index: LineIndex, size: number, wanted: number): LogAnswer {
    // Counted for whoever asks next.
    index.update().catch(() => {});
    const lines = readLast(index.path, size, wanted);
    const bytes = lines.reduce((sum, line) => sum + line.length + 1, 0);
    const total = Math.max(lines.length, Math.round(size / Math.max(1, bytes / Math.max(1, lines.length))));
    return { lines, first: 0, total, estimated: true, more: bytes < size, size, open: false };
  }

  #index(real: string): LineIndex {
    const index = this.#indexes.get(real) ?? new LineIndex(real);
    this.#indexes.delete(real);
    this.#indexes.set(real, index);
    if (this.#indexes.size > MAX_KEPT) this.#indexes.delete(this.#indexes.keys().next().value!);
    return index;
  }
}
