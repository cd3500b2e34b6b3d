/** A mail server on loopback that keeps what it gets. */
import { SMTPServer } from "smtp-server";

export interface KeptMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
  /** `user:password`, "" without login. */
  readonly login: string;
  readonly secure: boolean;
}

export interface SinkOptions {
  /** PEM; without them the server offers no encryption. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Encrypted from the first byte. */
  readonly implicit?: boolean;
  /** The one login that is right; none is asked for without it. */
  readonly login?: { readonly user: string; readonly pass: string };
  /** Never answers after the connection. */
  readonly mute?: boolean;
}

export class SmtpSink implements AsyncDisposable {
  readonly mails: KeptMail[] = [];
  readonly #server: SMTPServer;
  #arrived: () => void = () => {};

  private constructor(server: SMTPServer, readonly port: number) {
    this.#server = server;
  }

  static async start(options: SinkOptions = {}): Promise<SmtpSink> {
    const { tls, login, implicit = false, mute = false } = options;
    const logins = new Map<string, string>();
    const server = new SMTPServer({
      secure: implicit,
      ...(tls ?? {}),
      disabledCommands: tls ? [] : ["STARTTLS"],
      authOptional: !login,
      allowInsecureAuth: true,
      disableReverseLookup: true,
      closeTimeout: 100,
      logger: false,
      onConnect: (_session, done) => mute ? sink.#arrived() : done(),
      onAuth: (auth, session, done) => {
        if (login && (auth.username !== login.user || auth.password !== login.pass)) {
          return done(new Error("wrong password"));
        }
        logins.set(session.id, `${auth.username ?? ""}:${auth.password ?? ""}`);
        done(null, { user: auth.username ?? "" });
      },
      onRcptTo: (address, _session, done) =>
        address.address.startsWith("refused@") ? done(new Error("no such user")) : done(),
      onData: (stream, session, done) => {
        void collect(stream).then((raw) => {
          sink.mails.push({
            from: session.envelope.mailFrom ? session.envelope.mailFrom.address : "",
            to: session.envelope.rcptTo.map((one) => one.address),
            raw,
            login: logins.get(session.id) ?? "",
            secure: session.secure,
          });
          sink.#arrived();
          done();
        });
      },
    });
    server.on("error", () => {});
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.server.address() as { port: number };
    const sink = new SmtpSink(server, port);
    return sink;
  }

  /** Resolves with the next connection to a mute server, or the next mail. */
  next(): Promise<void> {
    return new Promise((resolve) => this.#arrived = resolve);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) text += decoder.decode(chunk, { stream: true });
  return text;
}

/** The decoded bodies of a mail, by content type or file name. */
export function partsOf(raw: string): Map<string, string> {
  const parts = new Map<string, string>();
  const visit = (text: string) => {
    const at = text.search(/\r?\n\r?\n/);
    const head = text.slice(0, at).replace(/\r?\n[ \t]+/g, " ");
    const body = text.slice(at).replace(/^\r?\n\r?\n/, "");
    const boundary = /boundary="([^"]+)"/.exec(head)?.[1];
    if (boundary) {
      for (const piece of body.split(`--${boundary}`).slice(1, -1)) visit(piece.replace(/^\r?\n/, ""));
      return;
    }
    const name = /filename="?([^";\r\n]+)/.exec(head)?.[1] ?? /Content-Type: ([^;\s]+)/i.exec(head)?.[1] ??
      "";
    parts.set(name, decodeBody(body, /Content-Transfer-Encoding: (\S+)/i.exec(head)?.[1] ?? ""));
  };
  visit(raw);
  return parts;
}

function decodeBody(body: string, encoding: string): string {
  const bytes = encoding === "base64"
    ? Uint8Array.from(atob(body.replace(/\s/g, "")), (char) => char.charCodeAt(0))
    : encoding === "quoted-printable"
    ? Uint8Array.from(
      body.replace(/=\r?\n/g, "").replace(/=([0-9A-F]{2})/g, (_, hex) =>
        String.fromCharCode(parseInt(hex, 16))),
      (char) =>
        char.charCodeAt(0),
    )
    : new TextEncoder().encode(body);
  return new TextDecoder().decode(bytes);
}

/** A certificate for localhost that nobody else trusts, made by openssl in a folder. */
export function makeCertificate(folder: string): { key: string; cert: string } {
  const { success, stderr } = new Deno.Command("openssl", {
    args: [
      ...[
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
      ],
      ...["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
      ...["-keyout", `${folder}/key.pem`, "-out", `${folder}/cert.pem`],
    ],
  }).outputSync();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return {
    key: Deno.readTextFileSync(`${folder}/key.pem`),
    cert: Deno.readTextFileSync(`${folder}/cert.pem`),
  };
}
