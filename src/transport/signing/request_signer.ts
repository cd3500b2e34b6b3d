/** Signs what this process asks of others. */
import type { RandomBytes } from "../../core/ids.ts";
import { type SignedRequest, signRequest } from "../../core/peer/request_signature.ts";
import type { SigningKey } from "../../core/peer/signing_key.ts";
import type { Clock } from "../../ports/clock.ts";

const NONCE_BYTES = 18;

export class RequestSigner {
  readonly #key: SigningKey;
  readonly #clock: Clock;
  readonly #random: RandomBytes;

  constructor(key: SigningKey, clock: Clock, random: RandomBytes) {
    this.#key = key;
    this.#clock = clock;
    this.#random = random;
  }

  /** What goes along with the call in the field `dagu-signature`; for one call only. */
  async sign(request: SignedRequest): Promise<string> {
    const nonce = this.#random(NONCE_BYTES).toBase64({ alphabet: "base64url" });
    return await signRequest(this.#key, request, this.#clock.now(), nonce);
  }
}
