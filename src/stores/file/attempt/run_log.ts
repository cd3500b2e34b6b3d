/** The log of a run: lines for people and for `grep`. */
import { makeDirSync, writeAllSync } from "../../../platform/files/files.ts";
import { dirname } from "../../../platform/files/path.ts";
import { startTimer } from "../../../platform/time/timer.ts";
import { timeText } from "../json/time_text.ts";

const MOST_ENTRIES = 64;
const DELAY_MS = 50;

interface Entry {
  readonly at: number;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: Readonly<Record<string, string>>;
}

export type LogLevel = "INFO" | "WARN" | "ERROR";

/** `time=… level=INFO msg="Step started" step=a`: values with blanks, quotes or `=` are quoted. */
export function logLine(
  at: number,
  level: LogLevel,
  message: string,
  fields: Readonly<Record<string, string>>,
): string {
  const rest = Object.entries(fields).map(([key, value]) => ` ${key}=${quoted(value)}`).join("");
  return `time=${withMilliseconds(at)} level=${level} msg=${quoted(message)}${rest}\n`;
}

function withMilliseconds(at: number): string {
  const text = timeText(at);
  return text[19] === "." ? text : `${text.slice(0, 19)}.000${text.slice(19)}`;
}

function quoted(value: string): string {
  return /^[^\s"=\x00-\x1f\x7f]+$/.test(value) ? value : JSON.stringify(value);
}

/** Collects lines for a moment, so that a burst of them is one write, and made into text while the steps run. */
export class RunLog {
  readonly path: string;
  readonly #file: Deno.FsFile;
  readonly #encoder = new TextEncoder();
  #entries: Entry[] = [];
  #closed = false;
  #forget: (() => void) | null = null;

  /** Opens or creates the file, with its folder. */
  constructor(path: string) {
    this.path = path;
    makeDirSync(dirname(path));
    this.#file = Deno.openSync(path, { append: true, create: true, mode: 0o600 });
  }

  write(level: LogLevel, message: string, fields: Readonly<Record<string, string>>): void {
    this.#entries.push({ at: Date.now(), level, message, fields });
    if (this.#entries.length >= MOST_ENTRIES) return this.flush();
    this.#forget ??= startTimer(DELAY_MS, () => this.flush());
  }

  /** Hands everything to the system. A log that cannot be written must not end the run. */
  flush(): void {
    this.#forget?.();
    this.#forget = null;
    if (this.#entries.length === 0) return;
    const lines = this.#entries.map(({ at, level, message, fields }) => logLine(at, level, message, fields));
    const bytes = this.#encoder.encode(lines.join(""));
    this.#entries = [];
    try {
      writeAllSync(this.#file, bytes);
    } catch {
      // Dropped: the record of the run is the truth, the log is for reading along.
    }
  }

  close(): void {
    if (this.#closed) return;
    this.flush();
    this.#closed = true;
    this.#file.close();
  }
}
