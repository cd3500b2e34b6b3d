/** Tells who signed a request, and refuses those that are forged, old, or come a second time. */
import { DaguError } from "../../core/errors.ts";
import type { PeerIdentity } from "../../core/peer/peer_identity.ts";
import { ReplayWindow } from "../../core/peer/replay_window.ts";
import { isSignedBy, parseSignature, type SignedRequest } from "../../core/peer/request_signature.ts";
import type { SigningKey } from "../../core/peer/signing_key.ts";
import type { Clock } from "../../ports/clock.ts";

export class SignatureCheck {
  readonly #keys: ReadonlyMap<string, SigningKey>;
  readonly #clock: Clock;
  readonly #window: ReplayWindow;

  /** @param keys all that are believed */
  constructor(keys: readonly SigningKey[], clock: Clock) {
    this.#keys = new Map(keys.map((key) => [key.id, key]));
    this.#clock = clock;
    this.#window = new ReplayWindow(clock.now());
  }

  /**
   * @param text what came along with the call; "" when nothing did
   * @throws DaguError when the request must be refused
   */
  async identify(text: string, request: SignedRequest): Promise<PeerIdentity> {
    if (text === "") throw refused("it is not signed");
    const signature = parseSignature(text);
    if (!signature) throw refused("its signature has no form that is known");
    const key = this.#keys.get(signature.keyId);
    if (!key || !await isSignedBy(key, request, signature)) {
      throw refused(`its signature is not that of a key that is known as "${signature.keyId}"`);
    }
    // Only what is signed rightly is remembered: nobody else can fill the memory.
    const why = this.#window.admit(`${key.id} ${signature.nonce}`, signature.at, this.#clock.now());
    if (why !== "") throw refused(why);
    return key.identity;
  }
}

function refused(why: string): DaguError {
  return new DaguError(`The request is refused: ${why}`);
}
