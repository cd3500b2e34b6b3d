/** One member of an archive, whatever its format. */

export interface ArchiveEntry {
  /** As it stands in the archive. */
  readonly name: string;
  /** `hard` links name another member, `link` any path; `other` is a device or the like. */
  readonly kind: "file" | "folder" | "link" | "hard" | "other";
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
  readonly modified: Date;
  /** Target of a link that is known before its body is read; "" otherwise. */
  readonly target: string;
  /** The content; must be read or cancelled before the next entry is asked for. */
  body(): ReadableStream<Uint8Array>;
}

/** What is put into an archive. */
export interface NewEntry {
  readonly name: string;
  readonly kind: "file" | "folder" | "link";
  readonly size: number;
  readonly mode: number;
  readonly modified: Date;
  readonly target: string;
  /** null for folders and links. */
  readonly open: (() => ReadableStream<Uint8Array>) | null;
}

/** `-rw-r--r--`, with `d` for folders and `L` for links in front. */
export function modeText({ kind, mode }: Pick<ArchiveEntry, "kind" | "mode">): string {
  const bits = [...(mode & 0o777).toString(8).padStart(3, "0")]
    .map((digit) => ["---", "--x", "-w-", "-wx", "r--", "r-x", "rw-", "rwx"][Number(digit)]).join("");
  return (kind === "folder" ? "d" : kind === "link" ? "L" : "-") + bits;
}
