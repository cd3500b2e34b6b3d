/** What the mail worker is asked to do, and the permissions that it needs for that. */
import type { SmtpConfig } from "../../core/dag.ts";
import { DaguError, messageOf } from "../../core/errors.ts";
import type { PermissionSet } from "../../core/permissions.ts";
import { isAbsolute, join } from "../../platform/files/path.ts";
import { readTextIfExists } from "../../platform/files/files.ts";
import { realFile } from "../../platform/files/real_path.ts";
import type { MailAttachment, OutgoingMail } from "../../ports/notifier.ts";

export interface MailServer {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /** `tls`: encrypted from the first byte; `upgrade`: STARTTLS is demanded; `offered`: used when offered. */
  readonly security: "tls" | "upgrade" | "offered" | "none";
  /** Refuse certificates that are not those of the host. */
  readonly verify: boolean;
  /** PEM text of the authorities to trust, "" for the usual ones. */
  readonly ca: string;
}

export interface MailRequest {
  readonly server: MailServer;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly html: string;
  readonly attachments: readonly MailAttachment[];
  /** Text to print before sending; null prints nothing at all. */
  readonly announcement: string | null;
}

export const MAIL_LIMITS = { workers: 2, requestsPerWorker: 8 } as const;

/** The server and the files, nothing else. */
export function mailPermissions({ server, attachments }: MailRequest): PermissionSet {
  const host = server.host.includes(":") ? `[${server.host}]` : server.host;
  return { net: [`${host}:${server.port}`], read: attachments.map((file) => file.path) };
}

/**
 * @param workingDir against which paths are resolved
 * @throws DaguError when the server, the receivers or a file cannot be used.
 */
export async function mailRequest(
  mail: OutgoingMail,
  workingDir: string,
  announcement: string | null,
): Promise<MailRequest> {
  const { from, subject, html } = mail;
  const to = mail.to.map((address) => address.trim()).filter((address) => address !== "");
  if (from.trim() === "") throw new DaguError('Cannot send a mail without a sender: "from" is empty');
  if (to.length === 0) throw new DaguError('Cannot send a mail without receivers: "to" is empty');
  const attachments = await Promise.all(mail.attachments.map((file) => attachment(file, workingDir)));
  const server = await mailServer(mail.smtp, workingDir);
  return { server, from, to, subject, html, attachments, announcement };
}

/** Links are followed here, so that what is granted is what is read. */
async function attachment(file: MailAttachment, workingDir: string): Promise<MailAttachment> {
  const path = absolute(file.path, workingDir);
  try {
    return { name: file.name, path: await realFile(path) };
  } catch (error) {
    throw new DaguError(`Cannot attach "${path}": ${messageOf(error)}`, { cause: error });
  }
}

async function mailServer(smtp: SmtpConfig, workingDir: string): Promise<MailServer> {
  const host = smtp.host.trim().replace(/^\[(.*)\]$/, "$1");
  if (host === "") throw new DaguError('Cannot send a mail: "smtp.host" is empty');
  const port = smtp.port.trim() === "" ? 25 : Number(smtp.port);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new DaguError(`Cannot send a mail: "smtp.port" is "${smtp.port}", expected a number up to 65535`);
  }
  const { username, password, skipTlsVerify } = smtp;
  const security = securityOf(smtp, host, port);
  const ca = smtp.caFile === "" ? "" : await readTextIfExists(absolute(smtp.caFile, workingDir));
  if (ca === null) {
    throw new DaguError(`Cannot send a mail: the file "${smtp.caFile}" (smtp.caFile) is missing`);
  }
  return {
    host,
    port,
    username,
    password,
    security,
    // Without anything to protect, an unproven encryption is still better than none.
    verify: !skipTlsVerify && (security !== "offered" || ca !== ""),
    ca,
  };
}

function securityOf(smtp: SmtpConfig, host: string, port: number): MailServer["security"] {
  switch (smtp.security) {
    case "tls":
    case "none":
      return smtp.security;
    case "starttls":
      return "upgrade";
    default:
      if (port === 465) return "tls";
      return smtp.username !== "" && !isLoopback(host) ? "upgrade" : "offered";
  }
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

function absolute(path: string, dir: string): string {
  return isAbsolute(path) ? path : join(dir, path);
}
