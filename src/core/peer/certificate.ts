/** Certificates (X.509) with a key on the curve P-256: how one is put together, and what one says. */
import {
  bits,
  der,
  type DerValue,
  oid,
  readTime,
  readValues,
  sequence,
  TAG,
  text,
  time,
  unsigned,
} from "./der.ts";
import { DaguError } from "../errors.ts";
import { ipBytes } from "../ip_address.ts";
import { serialText } from "./revoked_serials.ts";
import { isPeerId, isPeerRole, type PeerIdentity, type PeerRole, roleUri } from "./peer_identity.ts";

export interface CertificateFields {
  /** Up to 20 bytes, not all zero. */
  readonly serial: Uint8Array;
  /** Common names. */
  readonly subject: string;
  readonly issuer: string;
  /** Unix milliseconds, taken to the second. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** SubjectPublicKeyInfo, as WebCrypto exports it. */
  readonly publicKey: Uint8Array;
  readonly issuerKey: Uint8Array;
  /** May sign others. */
  readonly authority: boolean;
  /** May be shown by who listens; every certificate but an authority's may be shown by who calls. */
  readonly server: boolean;
  /** Host names and IP addresses. */
  readonly names: readonly string[];
  readonly identity: PeerIdentity | null;
}

/** What a certificate says. */
export interface CertificateFacts {
  /** Hexadecimal, without zeros in front. */
  readonly serial: string;
  readonly subject: string;
  readonly issuer: string;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly authority: boolean;
  readonly names: readonly string[];
  /** null when it names no role, or roles of different ids. */
  readonly identity: PeerIdentity | null;
}

/** Signs bytes with the issuer's key: the signature in the two-numbers form of WebCrypto. */
export type SignBytes = (bytes: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;

const ECDSA_SHA256 = /* @__PURE__ */ sequence(
  /* @__PURE__ */ oid("1.2.840.10045.4.3.2"),
);
const COMMON_NAME = "2.5.4.3";
const EXTENSION = {
  subjectKey: "2.5.29.14",
  usage: "2.5.29.15",
  names: "2.5.29.17",
  constraints: "2.5.29.19",
  issuerKey: "2.5.29.35",
  purposes: "2.5.29.37",
} as const;
const FOR_SERVERS = /* @__PURE__ */ oid("1.3.6.1.5.5.7.3.1");
const FOR_CLIENTS = /* @__PURE__ */ oid("1.3.6.1.5.5.7.3.2");
const DNS = 0x82;
const URI = 0x86;
const IP = 0x87;

/** The signed certificate, in DER. */
export async function makeCertificate(fields: CertificateFields, sign: SignBytes): Promise<Uint8Array> {
  const body = sequence(
    der(0xa0, der(TAG.integer, Uint8Array.of(2))),
    unsigned(fields.serial),
    ECDSA_SHA256,
    commonName(fields.issuer),
    sequence(time(fields.notBefore), time(fields.notAfter)),
    commonName(fields.subject),
    fields.publicKey,
    der(0xa3, sequence(...await extensions(fields))),
  );
  return sequence(body, ECDSA_SHA256, bits(signature(await sign(body))));
}

/** @throws DaguError when the bytes are no certificate */
export function readCertificate(bytes: Uint8Array): CertificateFacts {
  const [whole] = readValues(bytes);
  const parts = readValues(readValues(whole?.content ?? bytes)[0]!.content);
  const from = parts[0]!.tag === 0xa0 ? 3 : 2;
  const serial = parts[from - 2];
  const [issuer, validity, subject] = parts.slice(from);
  if (!serial || !issuer || !validity || !subject) {
    throw new DaguError("Cannot read the certificate: parts are missing");
  }
  const [notBefore, notAfter] = readValues(validity.content).map(readTime);
  const known = readExtensions(parts.find((part) => part.tag === 0xa3));
  const names = known.get(EXTENSION.names)?.flatMap((value) => readValues(value.content)) ?? [];
  return {
    serial: serialText(serial.content),
    subject: readCommonName(subject),
    issuer: readCommonName(issuer),
    notBefore: notBefore!,
    notAfter: notAfter!,
    authority: known.get(EXTENSION.constraints)?.some(({ content }) => content[0] === TAG.bool) ?? false,
    names: names.filter(({ tag }) => tag === DNS || tag === IP).map(nameText),
    identity: identityOf(names.filter(({ tag }) => tag === URI).map(nameText)),
  };
}

async function extensions(fields: CertificateFields): Promise<Uint8Array[]> {
  const { authority, server, names, identity } = fields;
  const keyId = der(TAG.octets, await keyHash(fields.publicKey));
  const issuerKey = sequence(der(0x80, await keyHash(fields.issuerKey)));
  const all = [
    extension(EXTENSION.constraints, true, authority ? sequence(TRUE) : sequence()),
    // Digital signature, or signing of certificates and of lists of withdrawn ones.
    extension(
      EXTENSION.usage,
      true,
      der(TAG.bits, authority ? Uint8Array.of(1, 0x06) : Uint8Array.of(7, 0x80)),
    ),
    extension(EXTENSION.subjectKey, false, keyId),
    extension(EXTENSION.issuerKey, false, issuerKey),
  ];
  if (authority) return all;
  const purposes = server ? [FOR_SERVERS, FOR_CLIENTS] : [FOR_CLIENTS];
  const uris = identity?.roles.map((role) => der(URI, bytesOf(roleUri(role, identity.id)))) ?? [];
  return [
    ...all,
    extension(EXTENSION.purposes, false, sequence(...purposes)),
    extension(EXTENSION.names, false, sequence(...names.map(alternativeName), ...uris)),
  ];
}

const TRUE = /* @__PURE__ */ der(TAG.bool, /* @__PURE__ */ Uint8Array.of(0xff));

function extension(id: string, critical: boolean, value: Uint8Array): Uint8Array {
  return sequence(oid(id), ...(critical ? [TRUE] : []), der(TAG.octets, value));
}

function alternativeName(name: string): Uint8Array {
  const address = ipBytes(name);
  return address ? der(IP, address) : der(DNS, bytesOf(name));
}

function commonName(name: string): Uint8Array {
  return sequence(der(TAG.set, sequence(oid(COMMON_NAME), text(name))));
}

function readCommonName(name: DerValue): string {
  for (const part of readValues(name.content)) {
    const [id, value] = readValues(readValues(part.content)[0]!.content);
    if (sameBytes(id!.whole, oid(COMMON_NAME))) return new TextDecoder().decode(value!.content);
  }
  return "";
}

/** Content of the extensions, by their dotted names; each as the values in it. */
function readExtensions(part: DerValue | undefined): Map<string, DerValue[]> {
  const found = new Map<string, DerValue[]>();
  if (!part) return found;
  for (const { content } of readValues(readValues(part.content)[0]!.content)) {
    const values = readValues(content);
    const known = Object.values(EXTENSION).find((id) => sameBytes(oid(id), values[0]!.whole));
    if (known) found.set(known, readValues(values.at(-1)!.content));
  }
  return found;
}

function nameText({ tag, content }: DerValue): string {
  if (tag !== IP) return new TextDecoder().decode(content);
  if (content.length === 4) return content.join(".");
  const groups = Array.from(
    { length: 8 },
    (_, i) => (content[2 * i]! * 256 + content[2 * i + 1]!).toString(16),
  );
  return groups.join(":");
}

function identityOf(uris: readonly string[]): PeerIdentity | null {
  const found = uris.map((uri) => /^role:([a-z]+)\/(.+)$/.exec(uri)).filter((match) => match !== null);
  const roles = found.map((match) => match[1]).filter(isPeerRole) as PeerRole[];
  const ids = new Set(found.map((match) => match[2]!));
  const [id] = ids;
  return roles.length > 0 && ids.size === 1 && isPeerId(id!) ? { id: id!, roles } : null;
}

/** The two numbers as DER wants them. */
function signature(raw: Uint8Array): Uint8Array {
  const half = raw.length / 2;
  return sequence(unsigned(raw.subarray(0, half)), unsigned(raw.subarray(half)));
}

/** The usual short name of a key: a hash of its bits, without the kind of the key. */
async function keyHash(publicKey: Uint8Array): Promise<Uint8Array> {
  const key = readValues(readValues(publicKey)[0]!.content)[1]!.content.slice(1);
  return new Uint8Array(await crypto.subtle.digest("SHA-1", key as Uint8Array<ArrayBuffer>));
}

function bytesOf(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
