/** A definition with what is given on the command line, as data, so that parts of it can be taken away. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
/** A map that is being made. */
export type Part = Record<string, Json>;

export interface Case {
  /** The DAG and those that it calls. */
  readonly documents: readonly Json[];
  /** What all of them begin with. */
  readonly base: Json;
  /** Behind `start NAME`. */
  readonly args: readonly Json[];
  /** Whether the run is retried when it failed, in a world where what was missing is there. */
  readonly retry: boolean;
}

/** Words that YAML takes for something else than a text. */
const NO_TEXT = /^(true|false|null|yes|no|on|off|y|n)$/i;
const PLAIN = /^[A-Za-z][\w./-]*( [\w./-]+)*$/;

function scalar(value: string | number | boolean | null): string {
  const plain = typeof value !== "string" || (PLAIN.test(value) && !NO_TEXT.test(value));
  return plain ? String(value) : JSON.stringify(value);
}

function block(value: Json, indent: string): string {
  if (value === null || typeof value !== "object") return ` ${scalar(value)}\n`;
  if (Array.isArray(value)) {
    if (value.length === 0) return " []\n";
    const items = value.map((item) => `${indent}-${block(item, `${indent}  `).replace(/^\n\s*/, " ")}`);
    return `\n${items.join("")}`;
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return " {}\n";
  return `\n${entries.map(([key, item]) => `${indent}${key}:${block(item, `${indent}  `)}`).join("")}`;
}

/** Documents as one file. */
export function yamlOf(documents: readonly Json[]): string {
  return documents.map((one) => block(one, "").replace(/^\n/, "")).join("---\n");
}
