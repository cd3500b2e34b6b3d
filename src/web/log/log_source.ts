/** Where the lines of a log come from. */

/** Lines that follow each other. */
export interface LogPart {
  readonly lines: readonly string[];
  /** Number of the first line, from 1; 0 when the server has not counted the lines yet. */
  readonly first: number;
  /** Lines of the whole log; a guess when `estimated`. */
  readonly total: number;
  readonly estimated: boolean;
  /** Bytes of the whole log when the lines were read. */
  readonly size: number;
  /** The last line of the log has no end yet. */
  readonly open: boolean;
  /** Nothing will be added. */
  readonly ended: boolean;
  /** When each line came, in Unix milliseconds, 0 where it is not known; absent when nobody asked. */
  readonly times?: readonly number[];
  /** Of which stream each line is; absent when all are of one. */
  readonly streams?: readonly LogStream[];
}

export type LogStream = "stdout" | "stderr";

export interface LogHit {
  readonly line: number;
  readonly text: string;
}

export interface LogHits {
  readonly hits: readonly LogHit[];
  /** Line to go on from; 0 when everything was looked at. */
  readonly next: number;
}

export interface LogSource {
  tail(count: number): Promise<LogPart>;
  /** @param first counts from 1 */
  lines(first: number, count: number): Promise<LogPart>;
  /** @param pattern regular expression, whatever the case */
  search(pattern: string, from: number, limit: number): Promise<LogHits>;
}

/** What was added to a log. */
export interface LogPiece {
  /** Where it begins, in bytes. */
  readonly offset: number;
  readonly text: string;
  /** Bytes of the whole log. */
  readonly size: number;
  /** More was added than is told here. */
  readonly skipped: boolean;
}
