/** What `deno check` prints -> the mistakes that it found. */

export interface Problem {
  readonly message: string;
  /** Path; "" when the compiler names none. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

const PLACE = /^ +at file:\/\/(\S+):(\d+):(\d+)$/gm;

/** At least one: a text without places is one mistake. */
export function parseProblems(text: string): Problem[] {
  const problems: Problem[] = [];
  let from = 0;
  for (const { 0: whole, 1: path = "", 2: line, 3: column, index } of text.matchAll(PLACE)) {
    const message = messageIn(text.slice(from, index));
    from = index + whole.length;
    // Further places belong to the mistake before them.
    if (message === "") continue;
    problems.push({ message, file: decodeURIComponent(path), line: Number(line), column: Number(column) });
  }
  return problems.length > 0
    ? problems
    : [{ message: messageIn(text) || text.trim(), file: "", line: 1, column: 1 }];
}

function messageIn(part: string): string {
  const match = /(?:TS\d+ \[ERROR\]|^error|^Error): *(.+)/m.exec(part);
  const message = match?.[1] ?? "";
  return /^(?:Type checking failed|Found \d+ errors?)/.test(message) ? "" : message;
}
