/** Sends the reports of runs. */
import type { SmtpConfig } from "../core/dag.ts";

export interface MailAttachment {
  /** Name that the receiver sees. */
  readonly name: string;
  /** Absolute path of the file. */
  readonly path: string;
}

export interface OutgoingMail {
  /** Evaluated: no references are left in its texts. */
  readonly smtp: SmtpConfig;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly html: string;
  readonly attachments: readonly MailAttachment[];
}

export interface Notifier {
  /**
   * Delivers one mail to the server.
   * @param signal gives the delivery up
   * @throws DaguError when the server could not be reached or did not take it.
   */
  send(mail: OutgoingMail, signal: AbortSignal): Promise<void>;
}
