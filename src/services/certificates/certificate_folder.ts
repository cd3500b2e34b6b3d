/** An authority of one's own and the certificates that it signed, in one folder. */
import { type CertificateFacts, makeCertificate, readCertificate } from "../../core/peer/certificate.ts";
import { DaguError, messageOf } from "../../core/errors.ts";
import type { RandomBytes } from "../../core/ids.ts";
import { isPeerId, type PeerIdentity } from "../../core/peer/peer_identity.ts";
import { fromPem, toPem } from "../../core/peer/pem.ts";
import { parseRevoked, serialText } from "../../core/peer/revoked_serials.ts";
import { durableReplace, ensureDir, existsSync, readTextIfExistsSync } from "../../platform/files/files.ts";
import { type KeyPair, keyPairOf, newKeyPair } from "../../platform/secrets/key_pair.ts";
import { listFolderSync } from "../../platform/folders/list_folder.ts";
import { readSecretFile } from "../../platform/secrets/secret_file.ts";
import type { Clock } from "../../ports/clock.ts";

const DAY_MS = 86_400_000;
/** Clocks of other machines may be behind. */
const EARLIER_MS = 3_600_000;
const MOST_DAYS = 36_500;
const SERIAL_BYTES = 16;
const AUTHORITY = "ca";
/** Files of the folder: certificates that count no more, and all that were made, for those that were renewed. */
export const REVOKED_FILE = "revoked";
const ISSUED_FILE = "issued";
const CERTIFICATE = "CERTIFICATE";
const PRIVATE_KEY = "PRIVATE KEY";

export interface CertificateRequest {
  readonly identity: PeerIdentity;
  /** Host names and IP addresses under which it is reached; none for those who only call. */
  readonly names: readonly string[];
  readonly days: number;
}

/** A certificate in the folder. */
export interface IssuedCertificate {
  /** Of its file, without `.pem`. */
  readonly name: string;
  readonly certFile: string;
  readonly keyFile: string;
  readonly facts: CertificateFacts;
}

/** What signs. */
interface Authority {
  readonly subject: string;
  readonly notAfter: number;
  readonly keys: KeyPair;
}

export class CertificateFolder {
  readonly #dir: string;
  readonly #clock: Clock;
  readonly #random: RandomBytes;

  constructor(dir: string, clock: Clock, random: RandomBytes) {
    this.#dir = dir;
    this.#clock = clock;
    this.#random = random;
  }

  hasAuthority(): boolean {
    return existsSync(this.#path(AUTHORITY, "key"));
  }

  get authorityFile(): string {
    return this.#path(AUTHORITY, "cert");
  }

  /** @throws DaguError when there is one already: what it signed would not be believed any more */
  async makeAuthority(subject: string, days: number): Promise<IssuedCertificate> {
    if (this.hasAuthority()) {
      throw new DaguError(
        `Cannot make an authority: there is one in "${this.#dir}"; take another folder by --dir, or move that away`,
      );
    }
    const keys = await newKeyPair();
    return await this.#issue(AUTHORITY, keys, { subject, notAfter: Infinity, keys }, {
      subject,
      days,
      authority: true,
      names: [],
      identity: null,
    });
  }

  /** @throws DaguError when one of that name is there, or the authority cannot be used */
  async make(request: CertificateRequest): Promise<IssuedCertificate> {
    const name = fileName(request.identity);
    if (existsSync(this.#path(name, "cert"))) {
      throw new DaguError(
        `Cannot make the certificate "${name}": it is there already; dagu cert renew ${name}`,
      );
    }
    return await this.#make(name, request);
  }

  /** Another key and another end for what is there. @throws DaguError when it is not, or was not made here */
  async renew(name: string, days: number): Promise<IssuedCertificate> {
    const found = this.list().find((one) => one.name === name);
    if (!found) throw new DaguError(`Cannot renew "${name}": there is no such certificate in "${this.#dir}"`);
    const { identity, names } = found.facts;
    if (!identity) throw new DaguError(`Cannot renew "${name}": it names no role, so it was not made here`);
    return await this.#make(name, { identity, names, days });
  }

  /**
   * Certificates of that name, renewed ones included, count no more where the list of them is read.
   * @param who name of a certificate here, or an id that only one has
   * @returns its name
   * @throws DaguError when there is none, or it is the authority
   */
  async revoke(who: string): Promise<string> {
    const found = this.list().filter(({ name, facts }) => name === who || facts.identity?.id === who);
    const [one] = found;
    if (!one || found.length > 1) {
      const there = found.map(({ name }) => `"${name}"`).join(", ");
      throw new DaguError(
        one
          ? `Cannot revoke "${who}": more than one has that id: ${there}; name one of them`
          : `Cannot revoke "${who}": there is no such certificate in "${this.#dir}"`,
      );
    }
    if (one.facts.authority) {
      throw new DaguError(
        `Cannot revoke "${who}": all trust rests on it; make another one in another folder, with --dir`,
      );
    }
    const before = this.#text(REVOKED_FILE);
    const known = this.revoked();
    const now = new Date(this.#clock.now()).toISOString();
    const serials = new Set([one.facts.serial, ...this.#issuedAs(one.name)]);
    const lines = [...serials].filter((serial) => !known.has(serial)).map((serial) =>
      `${serial} ${one.name} ${now}\n`
    );
    await durableReplace(this.revokedFile, before + lines.join(""));
    return one.name;
  }

  /** Serial numbers. @throws DaguError when the list cannot be read */
  revoked(): ReadonlySet<string> {
    return parseRevoked(this.#text(REVOKED_FILE), this.revokedFile);
  }

  get revokedFile(): string {
    return `${this.#dir}/${REVOKED_FILE}`;
  }

  /** By name, the authority first. Files that are no certificates are passed over. */
  list(): IssuedCertificate[] {
    const names = listFolderSync(this.#dir).map((file) => /^(.+?)(?<!-key)\.pem$/.exec(file)?.[1]);
    return names.filter((name) => name !== undefined).map((name) => this.#read(name)).filter((one) =>
      one !== null
    )
      .sort((a, b) => Number(b.facts.authority) - Number(a.facts.authority) || (a.name < b.name ? -1 : 1));
  }

  async #make(name: string, { identity, names, days }: CertificateRequest): Promise<IssuedCertificate> {
    if (!isPeerId(identity.id)) {
      throw new DaguError(
        `Cannot make a certificate for "${identity.id}": an id has letters, digits, ".", "_" and "-", at most 64`,
      );
    }
    for (const one of names) {
      if (!/^[A-Za-z0-9*.:_-]{1,253}$/.test(one)) {
        throw new DaguError(
          `Cannot make a certificate for the name "${one}": it is no host name and no IP address`,
        );
      }
    }
    const authority = await this.#authority();
    const subject = identity.id;
    return await this.#issue(name, await newKeyPair(), authority, {
      subject,
      days,
      authority: false,
      names,
      identity,
    });
  }

  async #issue(
    name: string,
    keys: KeyPair,
    issuer: Authority,
    what: CertificateRequestOf,
  ): Promise<IssuedCertificate> {
    const { subject, days, authority, names, identity } = what;
    if (!Number.isInteger(days) || days < 1 || days > MOST_DAYS) {
      throw new DaguError(`Cannot make a certificate for ${days} days: expected 1 to ${MOST_DAYS}`);
    }
    const now = this.#clock.now();
    const notAfter = Math.min(now + days * DAY_MS, issuer.notAfter);
    if (notAfter <= now) throw new DaguError(`Cannot sign "${name}": the authority itself has expired`);
    const serial = this.#serial();
    const bytes = await makeCertificate({
      serial,
      subject,
      issuer: issuer.subject,
      notBefore: now - EARLIER_MS,
      notAfter,
      publicKey: keys.publicKey,
      issuerKey: issuer.keys.publicKey,
      authority,
      server: identity?.roles.some((role) => role === "coordinator") ?? false,
      names,
      identity,
    }, issuer.keys.sign);
    await ensureDir(this.#dir, { durable: true });
    await this.#noteIssued(`${serialText(serial)} ${name} ${new Date(notAfter).toISOString()}`);
    // The key first: a certificate without its key would be taken for a whole one.
    await durableReplace(this.#path(name, "key"), toPem(PRIVATE_KEY, keys.privateKey));
    await durableReplace(this.#path(name, "cert"), toPem(CERTIFICATE, bytes));
    return this.#read(name)!;
  }

  /** Those that have expired are forgotten. */
  async #noteIssued(line: string): Promise<void> {
    const now = new Date(this.#clock.now()).toISOString();
    const good = this.#text(ISSUED_FILE).split("\n").filter((one) => (one.split(" ")[2] ?? "") > now);
    await durableReplace(`${this.#dir}/${ISSUED_FILE}`, [...good, line, ""].join("\n"));
  }

  /** Serial numbers of all that were made under a name. */
  #issuedAs(name: string): string[] {
    const all = this.#text(ISSUED_FILE).split("\n").map((line) => line.split(" "));
    return all.filter((words) => words[1] === name).map(([serial]) => serial!);
  }

  #text(file: string): string {
    return readTextIfExistsSync(`${this.#dir}/${file}`) ?? "";
  }

  async #authority(): Promise<Authority> {
    const found = this.#read(AUTHORITY);
    const keyFile = this.#path(AUTHORITY, "key");
    const key = readSecretFile(keyFile);
    if (!found || key === null) {
      throw new DaguError(`Cannot sign: there is no authority in "${this.#dir}"; dagu cert ca`);
    }
    const keys = await keyPairOf(fromPem(PRIVATE_KEY, key, keyFile), keyFile);
    return { subject: found.facts.subject, notAfter: found.facts.notAfter, keys };
  }

  /** A positive number that nobody guesses. */
  #serial(): Uint8Array {
    const bytes = this.#random(SERIAL_BYTES);
    bytes[0] = (bytes[0]! & 0x7f) | 0x40;
    return bytes;
  }

  #read(name: string): IssuedCertificate | null {
    const certFile = this.#path(name, "cert");
    const text = readTextIfExistsSync(certFile);
    if (text === null) return null;
    try {
      const facts = readCertificate(fromPem(CERTIFICATE, text, certFile));
      return { name, certFile, keyFile: this.#path(name, "key"), facts };
    } catch (error) {
      if (name === AUTHORITY) throw new DaguError(messageOf(error), { cause: error });
      return null;
    }
  }

  #path(name: string, what: "cert" | "key"): string {
    return `${this.#dir}/${name}${what === "key" ? "-key" : ""}.pem`;
  }
}

type CertificateRequestOf =
  & Pick<CertificateRequest, "days" | "names">
  & { readonly subject: string; readonly authority: boolean; readonly identity: PeerIdentity | null };

/** `server-build.example`, `worker-gpu-1`. */
function fileName({ id, roles }: PeerIdentity): string {
  return `${roles[0] === "coordinator" ? "server" : roles[0]}-${id}`;
}
