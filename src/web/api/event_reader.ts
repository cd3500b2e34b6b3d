/** Reads a text of server-sent events as it comes in, part by part. */

export interface SentEvent {
  /** "" for one that cannot be gone on from. */
  readonly id: string;
  readonly type: string;
  readonly data: unknown;
}

export class EventReader {
  #rest = "";

  /** The events that a further part of the text completes. */
  read(text: string): SentEvent[] {
    const blocks = (this.#rest + text).split("\n\n");
    this.#rest = blocks.pop()!;
    return blocks.flatMap((block) => {
      const fields = new Map(
        block.split("\n").map((line) => {
          const colon = line.indexOf(": ");
          return [line.slice(0, colon), line.slice(colon + 2)];
        }),
      );
      const data = fields.get("data");
      if (data === undefined) return [];
      return [{ id: fields.get("id") ?? "", type: fields.get("event") ?? "message", data: JSON.parse(data) }];
    });
  }
}
