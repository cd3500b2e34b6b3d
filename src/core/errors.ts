/** Errors that a person caused or can mend. Anything else that is thrown is a defect of ours. */

/** A place in a source file; line and column count from 1, and are 0 where only the file is known. */
export interface Position {
  /** Path of the file. */
  readonly file: string;
  /** Counts from 1; 0 when it is not known. */
  readonly line: number;
  /** Counts from 1; 0 when it is not known. */
  readonly column: number;
}

/**
 * An expected failure: the message says what was attempted, the value that was met and what would be right.
 * The command line prints it without a stack and exits with `exitCode`.
 */
export class DaguError extends Error {
  /** `DaguError` or the name of a class below it. */
  override readonly name: string = "DaguError";
  /** What a command line should end with. */
  readonly exitCode: number;
  /** Makes an error with a cause and an exit code other than 1. */
  constructor(message: string, options: { cause?: unknown; exitCode?: number } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.exitCode = options.exitCode ?? 1;
  }
}

/** What cannot be done yet, for a reason that passes by itself: nobody has to mend anything. */
export class NotYetError extends DaguError {
  override readonly name = "NotYetError";
  /** What is waited for, one sentence without full stop. */
  readonly reason: string;
  constructor(message: string, reason: string) {
    super(message);
    this.reason = reason;
  }
}

/** What is to be made exists already: somebody else was first. */
export class TakenError extends DaguError {
  override readonly name = "TakenError";
}

/** One thing that is wrong in a definition. */
export interface Issue {
  /** Path of the field, e.g. `steps[2].retryPolicy.limit`; "" for the file as a whole. */
  readonly field: string;
  /** What is wrong, and what would be right. */
  readonly message: string;
  /** null when the value did not come from a file. */
  readonly position: Position | null;
}

/** A definition that cannot be used, with everything that is wrong in it. */
export class SpecError extends DaguError {
  /** `SpecError`. */
  override readonly name = "SpecError";
  /** Everything that is wrong. */
  readonly issues: readonly Issue[];
  /** Makes one error of all that is wrong. */
  constructor(issues: readonly Issue[]) {
    super(issues.map(formatIssue).join("\n"));
    this.issues = issues;
  }
}

/** `file:line:column: field 'x': message` */
export function formatIssue(issue: Issue): string {
  const { position } = issue;
  const lines = position && position.line > 0 ? `:${position.line}:${position.column}` : "";
  const at = position ? `${position.file}${lines}: ` : "";
  const field = issue.field ? `field '${issue.field}': ` : "";
  return `${at}${field}${issue.message}`;
}

/** The text of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
