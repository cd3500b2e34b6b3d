/** Hashes of passwords: scrypt, as text that carries its own cost and salt. Loads the modules of Node on first use. */
import { randomBytes } from "../random.ts";

/** Binary logarithm of the cost; 32 MB and about a third of a second each. */
const COST = 15;
const BLOCK = 8;
const LANES = 3;
const BYTES = 32;
const FORM = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d)\$([A-Za-z0-9+/]{16,64})\$([A-Za-z0-9+/]{32,128})$/;
/** Hashes that ask for more are not looked at. */
const MOST_COST = 17;

/** `$scrypt$ln=15,r=8,p=3$<salt>$<hash>`, both in base 64. @param cost only tests take less */
export async function hashPassword(password: string, cost = COST): Promise<string> {
  const salt = randomBytes(16);
  const hash = await scrypt(password, salt, { cost, block: BLOCK, lanes: LANES, length: BYTES });
  return `$scrypt$ln=${cost},r=${BLOCK},p=${LANES}$${plain(salt)}$${plain(hash)}`;
}

/** False also for a text that is no hash. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const match = FORM.exec(stored);
  if (!match) return false;
  const [cost, block, lanes] = match.slice(1, 4).map(Number);
  if (cost < 1 || cost > MOST_COST || block < 1 || block > BLOCK || lanes < 1) return false;
  const expected = bytes(match[5]);
  const hash = await scrypt(password, bytes(match[4]), { cost, block, lanes, length: expected.length });
  const { timingSafeEqual } = await import("node:crypto");
  return timingSafeEqual(hash, expected);
}

interface Work {
  readonly cost: number;
  readonly block: number;
  readonly lanes: number;
  readonly length: number;
}

async function scrypt(password: string, salt: Uint8Array, work: Work): Promise<Uint8Array> {
  const { scrypt } = await import("node:crypto");
  const options = { N: 2 ** work.cost, r: work.block, p: work.lanes, maxmem: 256 * 1024 * 1024 };
  return await new Promise((resolve, reject) =>
    scrypt(
      password.normalize("NFKC"),
      salt,
      work.length,
      options,
      (error, key) => error ? reject(error) : resolve(key),
    )
  );
}

function plain(data: Uint8Array): string {
  return btoa(String.fromCharCode(...data)).replaceAll("=", "");
}

function bytes(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}
