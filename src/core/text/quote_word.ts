/** A value as one word of a POSIX shell, whatever it holds. */
export function quoteWord(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}
