/** Tells who calls a coordinator: by certificate, by signature, or, on the same machine only, by being able to. */
import { messageOf } from "../../core/errors.ts";
import type { PeerIdentity } from "../../core/peer/peer_identity.ts";
import { SIGNATURE_FIELD } from "../../core/peer/request_signature.ts";
import { CallError } from "../../transport/grpc/call_error.ts";
import type { CallFacts } from "../../transport/grpc/server.ts";
import type { SignatureCheck } from "../../transport/signing/signature_check.ts";

export interface CallerCheckOptions {
  /** Callers show a certificate: without one nobody gets here. */
  readonly certificates: boolean;
  /** null when requests are not signed. */
  readonly signatures: SignatureCheck | null;
  /** Whether the certificate with that serial number counts no more. */
  readonly isRevoked: (serial: string) => boolean;
  /** Told of each caller that is refused. */
  readonly onRefused: (address: string, path: string, why: string) => void;
}

/** Who may call where callers are asked for nothing. */
const THIS_MACHINE: PeerIdentity = { id: "this-machine", roles: ["admin"] };

/** @returns what throws a `CallError` for callers that are nobody */
export function callerCheck(options: CallerCheckOptions): (facts: CallFacts) => Promise<PeerIdentity> {
  return async (facts) => {
    try {
      return await identify(options, facts);
    } catch (error) {
      options.onRefused(facts.address, facts.path, messageOf(error));
      throw new CallError("unauthenticated", messageOf(error));
    }
  };
}

/** @returns what throws a `CallError` for callers whose certificate was revoked, while they waited perhaps */
export function revocationCheck({ isRevoked }: Pick<CallerCheckOptions, "isRevoked">) {
  return ({ certificate }: Pick<CallFacts, "certificate">): void => {
    if (!certificate || !isRevoked(certificate.serial)) return;
    const { subject, serial } = certificate;
    throw new CallError("unauthenticated", `The certificate of "${subject}" (${serial}) was revoked`);
  };
}

async function identify(options: CallerCheckOptions, facts: CallFacts): Promise<PeerIdentity> {
  const { certificates, signatures } = options;
  const { certificate, path, body, header } = facts;
  revocationCheck(options)(facts);
  const shown = certificate?.identity ?? null;
  if (certificates && !shown) {
    const subject = certificate?.subject ?? "";
    throw new Error(
      `The certificate of "${subject}" names no role; "dagu cert worker" and "dagu cert client" make some that do`,
    );
  }
  if (!signatures) return shown ?? THIS_MACHINE;
  const signer = await signatures.identify(header(SIGNATURE_FIELD), { method: path, body });
  if (shown && shown.id !== signer.id) {
    throw new Error(`The certificate is that of "${shown.id}", the signature that of "${signer.id}"`);
  }
  if (!shown) return signer;
  // Who shows both may do what both allow.
  const roles = signer.roles.filter((role) => shown.roles.includes(role) || shown.roles.includes("admin"));
  if (roles.length === 0) {
    throw new Error(`Certificate and signature of "${shown.id}" have no role in common`);
  }
  return { id: shown.id, roles };
}
