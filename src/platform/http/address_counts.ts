/** Counts connections by the address that they come from. */
export class AddressCounts {
  readonly #limit: number;
  readonly #counts = new Map<string, number>();

  /** @param limit for each address but those of this machine */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @returns false, and does not count it, when the address has as many as it may */
  enter(address: string): boolean {
    const count = this.#counts.get(address) ?? 0;
    if (count >= this.#limit && !isThisMachine(address)) return false;
    this.#counts.set(address, count + 1);
    return true;
  }

  /** One that was counted is over. */
  leave(address: string): void {
    const left = this.#counts.get(address)! - 1;
    if (left > 0) this.#counts.set(address, left);
    else this.#counts.delete(address);
  }
}

function isThisMachine(address: string): boolean {
  return address.startsWith("127.") || address === "::1" || address.startsWith("::ffff:127.");
}
