/** What the archive worker is asked to do. */
import { DaguError } from "../../core/errors.ts";

export const OPERATIONS = ["create", "extract", "list"] as const;
export type Operation = (typeof OPERATIONS)[number];

/** How the bytes of a tar archive are packed; zip packs its entries itself. */
export type Compression = "" | "gz" | "bz2" | "xz" | "zst";

export interface Format {
  readonly container: "zip" | "tar";
  readonly compression: Compression;
}

export interface ArchiveRequest {
  readonly operation: Operation;
  readonly format: Format;
  /** Absolute, links followed. */
  readonly source: string;
  /** Absolute, links of its parents followed; "" for `list`. */
  readonly destination: string;
  /** The part of the destination that has to be made first, or the destination itself. */
  readonly outermost: string;
  /** Both as the definition names them, for the result. */
  readonly shown: { readonly source: string; readonly destination: string };
  /** -1 leaves it to the format. */
  readonly level: number;
  readonly password: string;
  readonly overwrite: boolean;
  /** false puts every file directly into the destination. */
  readonly preservePaths: boolean;
  /** Leading parts of each name that are cut off. */
  readonly strip: number;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly dryRun: boolean;
  readonly verbose: boolean;
  readonly followLinks: boolean;
  readonly verify: boolean;
  readonly continueOnError: boolean;
  /** Program that packs or unpacks `bz2` and `xz`; "" when none is needed. */
  readonly filter: string;
  /** What followed links may lead to, besides the source. */
  readonly alsoRead: readonly string[];
  /** Permission bits that nothing new has. */
  readonly umask: number;
  /** File for the symbolic links that the agent is to make; "" when there are none to make. */
  readonly linksFile: string;
}

/** In the destination, until the links stand in their places. */
export const LINKS_FILE = ".dagu-links";

/** Where an archive grows until it is whole. */
export function partOf(destination: string): string {
  return `${destination}.part`;
}

/** A symbolic link from an archive; `path` is relative to the destination. */
export interface LinkEntry {
  readonly path: string;
  readonly target: string;
}

/** Exit codes by what went wrong. */
export const CODES = {
  config: 2,
  source: 3,
  destination: 4,
  format: 5,
  extract: 6,
  create: 7,
  permission: 10,
  disk: 11,
  corrupt: 12,
  password: 13,
} as const;

export class ArchiveError extends DaguError {
  constructor(readonly kind: keyof typeof CODES, message: string, cause?: unknown) {
    super(message, { exitCode: CODES[kind], cause });
  }
}

const TAR = (compression: Compression): Format => ({ container: "tar", compression });

const FORMATS: Readonly<Record<string, Format>> = {
  zip: { container: "zip", compression: "" },
  tar: TAR(""),
  "tar.gz": TAR("gz"),
  tgz: TAR("gz"),
  "tar.bz2": TAR("bz2"),
  tbz2: TAR("bz2"),
  tbz: TAR("bz2"),
  "tar.xz": TAR("xz"),
  txz: TAR("xz"),
  "tar.zst": TAR("zst"),
  "tar.zstd": TAR("zst"),
};

/**
 * The format of a file by the end of its name, or the one that is given.
 * @throws ArchiveError when there is none
 */
export function formatOf(given: string, path: string): Format {
  const known = Object.keys(FORMATS).join(", ");
  const word = given.toLowerCase().replace(/^\./, "");
  if (word !== "") {
    if (Object.hasOwn(FORMATS, word)) return FORMATS[word]!;
    throw new ArchiveError(
      "format",
      `Unknown archive format "${given}"; ${otherwise(word) || `known are ${known}`}`,
    );
  }
  const name = path.toLowerCase();
  const end = Object.keys(FORMATS).find((one) => name.endsWith(`.${one}`));
  if (end) return FORMATS[end]!;
  const last = /\.([^./]+)$/.exec(name)?.[1] ?? "";
  throw new ArchiveError(
    "format",
    `Cannot tell the archive format of "${path}"; ${otherwise(last) || `name one in "format": ${known}`}`,
  );
}

function otherwise(format: string): string {
  return format === "7z" || format === "rar"
    ? `${format} is not supported: unpack it with 7z or unrar in a shell step`
    : "";
}
