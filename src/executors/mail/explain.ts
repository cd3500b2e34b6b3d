/** What a person is told when a mail could not be sent. */
import type { MailRequest } from "./request.ts";

interface SmtpError {
  readonly message: string;
  readonly code?: string;
  readonly response?: string;
}

export function explainMail(error: unknown, { server }: MailRequest): string {
  const { message, code = "", response = "" } = error instanceof Error
    ? error as SmtpError
    : { message: String(error) };
  const at = `Cannot send the mail through ${server.host}:${server.port}`;
  if (code === "ETLS" && server.security === "upgrade" && /STARTTLS/i.test(message)) {
    return `${at}: the server offers no encryption (${message}); ` +
      `"smtp.security: none" would send mail and password in the clear`;
  }
  if (/certificate|self.signed/i.test(message)) {
    return `${at}: its certificate is not trusted (${message}); name its authority in "smtp.caFile"`;
  }
  if (code === "EAUTH") return `${at}: the login was refused: ${response || message}`;
  return `${at}: ${message}`;
}
