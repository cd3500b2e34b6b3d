const CODES: Readonly<Record<string, string>> = {
  succeeded: "32",
  partially_succeeded: "33",
  failed: "31",
  rejected: "31",
  damaged: "31",
  aborted: "35",
  running: "36",
  queued: "34",
  waiting: "34",
  skipped: "90",
  not_started: "90",
};

/** Colours a word by the status that it stands for; leaves it plain when colours are not wanted. */
export function statusPainter(colour: boolean): (text: string, status: string) => string {
  if (!colour) return (text) => text;
  return (text, status) => CODES[status] ? `\x1b[${CODES[status]}m${text}\x1b[39m` : text;
}

export function dim(colour: boolean, text: string): string {
  return colour ? `\x1b[2m${text}\x1b[22m` : text;
}
