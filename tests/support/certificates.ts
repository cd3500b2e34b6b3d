/** Certificates of an authority that nobody else knows: for a server at localhost, and for one client. */
import { which } from "../needs.ts";

export class Certificates implements AsyncDisposable {
  private constructor(readonly folder: string) {}

  /** @throws Error with what was said when they cannot be made */
  static async make(): Promise<Certificates> {
    const folder = await Deno.makeTempDir({ prefix: "certificates-" });
    const { code, stderr } = await new Deno.Command("sh", {
      args: ["-eu", "-c", SCRIPT, "sh", which("openssl")],
      cwd: folder,
      stdin: "null",
    }).output();
    if (code !== 0) throw new Error(`Certificates cannot be made: ${new TextDecoder().decode(stderr)}`);
    return new Certificates(folder);
  }

  path(name: "ca.pem" | "server.pem" | "server-key.pem" | "client.pem" | "client-key.pem"): string {
    return `${this.folder}/${name}`;
  }

  text(name: Parameters<Certificates["path"]>[0]): string {
    return Deno.readTextFileSync(this.path(name));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}

const SCRIPT = `
umask 077
key="ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
"$1" req -x509 -newkey $key -keyout ca-key.pem -out ca.pem -days 2 -subj /CN=authority
sign() {
  "$1" req -newkey $key -keyout "$2-key.pem" -out "$2.csr" -subj "/CN=$2"
  echo "$3" > "$2.ext"
  "$1" x509 -req -in "$2.csr" -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 2 -extfile "$2.ext" -out "$2.pem"
}
sign "$1" server "subjectAltName=DNS:localhost,IP:127.0.0.1"
sign "$1" client "extendedKeyUsage=clientAuth
subjectAltName=URI:role:client/c-1,URI:role:worker/c-1"
`;
