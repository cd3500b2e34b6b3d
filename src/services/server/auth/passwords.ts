/** Makes and checks hashes of passwords, few at once: each takes 32 MB and a good part of a second. */
import { hashPassword, verifyPassword } from "../../../platform/secrets/password_hash.ts";
import { Gate } from "./gate.ts";
import { tooMany } from "./refusals.ts";

const AT_ONCE = 2;
const WAITING = 8;

export class Passwords {
  readonly #gate = new Gate(AT_ONCE, WAITING);
  readonly #cost: number | undefined;
  #nobody: Promise<string> | null = null;

  /** @param cost of new hashes; tests take a low one */
  constructor(cost?: number) {
    this.#cost = cost;
  }

  /** @throws ApiError 429 when too many wait */
  hash(password: string): Promise<string> {
    return this.#gate.run(() => hashPassword(password, this.#cost), full);
  }

  /** @param stored "" for somebody without a password, which takes as long. @throws ApiError 429 when too many wait */
  async verify(password: string, stored: string): Promise<boolean> {
    const nobody = await (this.#nobody ??= hashPassword("nobody", this.#cost));
    const right = await this.#gate.run(() => verifyPassword(password, stored || nobody), full);
    return right && stored !== "";
  }
}

function full(): Error {
  return tooMany("Too many logins at once: try again soon", 1000);
}
