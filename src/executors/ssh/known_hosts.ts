/** Files of known host keys, as OpenSSH writes them. */

/** A line that is about one host. */
interface KnownKey {
  readonly type: string;
  /** Base64. */
  readonly key: string;
  readonly revoked: boolean;
  /** The line names the host with its port, or the port is the usual one. */
  readonly exact: boolean;
}

export type Verdict = "known" | "unknown" | "changed" | "revoked";

const USUAL_PORT = 22;

/** The keys that a file knows for one host. */
export class KnownKeys {
  private constructor(readonly keys: readonly KnownKey[]) {}

  /**
   * Reads the text of a file. Lines that cannot be understood are about no host; so are certificate authorities.
   * Names may be patterns or hashed; a name without port also stands for the host at other ports.
   */
  static async of(text: string, host: string, port: number): Promise<KnownKeys> {
    const plain = host.toLowerCase();
    const exact = port === USUAL_PORT ? plain : `[${plain}]:${port}`;
    const keys: KnownKey[] = [];
    for (const line of text.split("\n")) {
      const words = line.trim().split(/\s+/);
      if (line.trim().startsWith("#") || words.length < 3) continue;
      const marker = words[0].startsWith("@") ? words.shift()! : "";
      const [names, type, key] = words;
      if (key === undefined || (marker !== "" && marker !== "@revoked")) continue;
      const isExact = await namesHost(names, exact);
      if (!isExact && !await namesHost(names, plain)) continue;
      keys.push({ type, key, revoked: marker !== "", exact: isExact });
    }
    return new KnownKeys(keys);
  }

  /** Types of the keys, so that the host can be asked for one that is known. */
  get types(): string[] {
    return [...new Set(this.keys.filter((known) => !known.revoked).map((known) => known.type))];
  }

  /** @param key in Base64 */
  judge(key: string): Verdict {
    const same = this.keys.filter((known) => known.key === key);
    if (same.some((known) => known.revoked)) return "revoked";
    if (same.length > 0) return "known";
    return this.keys.some((known) => known.exact && !known.revoked) ? "changed" : "unknown";
  }
}

async function namesHost(names: string, host: string): Promise<boolean> {
  if (names.startsWith("|1|")) return await isHashOf(names, host);
  let found = false;
  for (const name of names.toLowerCase().split(",")) {
    if (name.startsWith("!") && fits(name.slice(1), host)) return false;
    found ||= fits(name, host);
  }
  return found;
}

/** Whether a name with `*` and `?` stands for a host. */
function fits(pattern: string, host: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === host;
  // Greedy from left to right with one place to go back to, so that no pattern takes long.
  let star = -1, back = 0, at = 0, p = 0;
  while (at < host.length) {
    if (pattern[p] === "*") {
      star = p++;
      back = at;
    } else if (pattern[p] === "?" || pattern[p] === host[at]) {
      p++;
      at++;
    } else if (star >= 0) {
      p = star + 1;
      at = ++back;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(p));
}

/** `|1|salt|hash`: the hash is the HMAC-SHA1 of the name. */
async function isHashOf(hashed: string, host: string): Promise<boolean> {
  const [salt, hash] = hashed.slice(3).split("|");
  try {
    const algorithm = { name: "HMAC", hash: "SHA-1" };
    const key = await crypto.subtle.importKey("raw", bytesOf(salt), algorithm, false, ["verify"]);
    return await crypto.subtle.verify("HMAC", key, bytesOf(hash), new TextEncoder().encode(host));
  } catch {
    return false;
  }
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}

/** As `ssh-keygen -l` shows it. @param key in Base64 */
export async function fingerprint(key: string): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytesOf(key)));
  return `SHA256:${btoa(String.fromCharCode(...hash)).replace(/=+$/, "")}`;
}
