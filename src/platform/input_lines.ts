/** Standard input, line by line. */

/** Longest line that is waited for; whoever sends more is none of ours. */
const MAX_LENGTH = 16 << 20;

export interface InputLines {
  /** The next line without its end; null at the end of the input. */
  next(): Promise<string | null>;
}

export function inputLines(): InputLines {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(65536);
  let text = "";
  return {
    async next() {
      // A long line comes in many pieces: they are put together once.
      const pieces: string[] = [];
      for (let length = 0;;) {
        const end = text.indexOf("\n");
        if (end >= 0) {
          pieces.push(text.slice(0, end));
          text = text.slice(end + 1);
          return pieces.join("");
        }
        pieces.push(text);
        length += text.length;
        const count = length > MAX_LENGTH ? null : await Deno.stdin.read(buffer);
        if (count === null) return null;
        text = decoder.decode(buffer.subarray(0, count), { stream: true });
      }
    },
  };
}
