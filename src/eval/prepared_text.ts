/** What the preparation of commands and scripts takes and gives. */
import type { Variables } from "../ports/executor.ts";

/** Variables that can tell which names are replaced where a shell does not look, e.g. between single quotes. */
export interface ShellVariables extends Variables {
  /** Absent means every known name. */
  splices?(name: string): boolean;
}

export interface PreparedText {
  readonly text: string;
  /** Further variables that the text refers to; they may be large. */
  readonly env: Record<string, string>;
  /** Names of known variables that the text expects in its environment. */
  readonly uses: string[];
}
