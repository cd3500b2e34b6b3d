/** How a client makes sure that it speaks to a coordinator: authority, name, and the list of revoked certificates. */
import { readCertificate } from "../../core/peer/certificate.ts";
import { certificateBytes, checkCertificateHost, isIpAddress } from "../../platform/http/tls_identity.ts";
import type { Grpc } from "./grpc_js.ts";

export interface Target {
  /** Name or address. */
  readonly host: string;
  readonly port: number;
}

/** Texts in PEM. */
export interface ClientTls {
  /** Authorities that the server's certificate must come from; "" takes those of the system. */
  readonly ca: string;
  /** Certificate and key of the caller; "" when it has none. */
  readonly cert: string;
  readonly key: string;
  /** Takes any server for the right one. */
  readonly skipVerify: boolean;
  /** Whether the certificate with that serial number counts no more. */
  readonly isRevoked?: (serial: string) => boolean;
}

export interface ChannelSecurity {
  readonly credentials: Grpc.ChannelCredentials;
  readonly options: Grpc.ChannelOptions;
  /** Why the server that was reached last is not to be believed any more; "" while it is. */
  readonly distrust: () => string;
}

/** The library cannot check the certificate of a server that is known by its address: it is done here. */
export function channelSecurity(
  grpc: typeof Grpc,
  tls: ClientTls | null,
  { host, port }: Target,
): ChannelSecurity {
  if (!tls) return { credentials: grpc.credentials.createInsecure(), options: {}, distrust: () => "" };
  const { ca, cert, key, skipVerify, isRevoked } = tls;
  const bare = host.replace(/^\[(.*)\]$/, "$1");
  let serial = "";
  const distrust = () =>
    serial !== "" && isRevoked?.(serial)
      ? `The certificate of "${host}:${port}" (${serial}) was revoked`
      : "";
  const verify: Grpc.VerifyOptions = {
    checkServerIdentity: (_name, certificate) => {
      const wrong = checkCertificateHost(bare, certificate);
      if (wrong) return wrong;
      serial = readCertificate(certificateBytes(certificate)!).serial;
      const why = distrust();
      return why === "" ? undefined : new Error(why);
    },
    rejectUnauthorized: !skipVerify,
  };
  const buffer = (text: string) => text === "" ? null : Buffer.from(text);
  const credentials = grpc.credentials.createSsl(buffer(ca), buffer(key), buffer(cert), verify);
  if (!isIpAddress(bare)) return { credentials, options: {}, distrust };
  const name = "coordinator.invalid";
  return {
    credentials,
    options: { "grpc.ssl_target_name_override": name, "grpc.default_authority": `${host}:${port}` },
    distrust,
  };
}
