/** Fits variables into what the system accepts as the environment of a process. */

/** Linux takes 128 KiB for one `NAME=value`; a little is left for what others add. */
const MAX_ENTRY = 120 * 1024;
/** A quarter of the usual 8 MiB stack is the limit for environment and arguments together. */
const MAX_TOTAL = 1.5 * 1024 * 1024;

export interface FittedEnvironment {
  readonly env: Record<string, string>;
  /** Values that do not fit, by name. */
  readonly large: Record<string, string>;
}

/**
 * Splits variables into those for the environment and those that are too large for it. Names that no process can be
 * given are left out, NUL is dropped from values as shells do.
 */
export function fitEnvironment(values: Iterable<readonly [string, string]>): FittedEnvironment {
  const env: Record<string, string> = {};
  const large: Record<string, string> = {};
  let bound = 0;
  for (const [name, raw] of values) {
    if (name === "" || name.includes("=") || name.includes("\0")) continue;
    const value = raw.includes("\0") ? raw.replaceAll("\0", "") : raw;
    // No character needs more than three bytes per unit, so most values need no exact count.
    const most = 3 * (name.length + value.length) + 2;
    if (most > MAX_ENTRY && entrySize(name, value) > MAX_ENTRY) large[name] = value;
    else {
      env[name] = value;
      bound += most;
    }
  }
  if (bound > MAX_TOTAL) moveLargest(env, large);
  return { env, large };
}

function moveLargest(env: Record<string, string>, large: Record<string, string>): void {
  const sizes = Object.entries(env).map(([name, value]) => ({ name, size: entrySize(name, value) }));
  let total = sizes.reduce((sum, entry) => sum + entry.size, 0);
  sizes.sort((a, b) => b.size - a.size);
  for (const { name, size } of sizes) {
    if (total <= MAX_TOTAL) return;
    large[name] = env[name];
    delete env[name];
    total -= size;
  }
}

/** Bytes of `NAME=value` with its end, and of the pointer to it. */
function entrySize(name: string, value: string): number {
  return byteLength(name) + byteLength(value) + 10;
}

function byteLength(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes += 1;
    // Each half of a surrogate pair stands for two of four bytes.
    else bytes += unit >= 0xd800 && unit < 0xe000 ? 1 : 2;
  }
  return bytes;
}
