/** A container engine that is reached by a port, with certificates on both sides. */
import { which } from "../needs.ts";
import { docker, IMAGE, startEngine } from "./docker.ts";
import { freePort } from "./free_port.ts";

export interface TlsEngine extends AsyncDisposable {
  readonly port: number;
  /** Folder with `ca.pem`, `cert.pem` and `key.pem` of a client. */
  readonly certificates: string;
}

/** Starts one; it has the image of the tests. @throws Error with what was said when it does not start */
export async function startTlsEngine(): Promise<TlsEngine> {
  const folder = await Deno.makeTempDir({ prefix: "certificates-" });
  const { code, stderr } = await new Deno.Command("sh", {
    args: ["-c", CERTIFICATES, "sh", which("openssl")],
    cwd: folder,
    stdin: "null",
  }).output();
  if (code !== 0) throw new Error(`Certificates cannot be made: ${new TextDecoder().decode(stderr)}`);
  const port = freePort();
  const engine = await startEngine([
    ...["-H", `tcp://127.0.0.1:${port}`, "--tlsverify", "--tlscacert", `${folder}/ca.pem`],
    ...["--tlscert", `${folder}/server.pem`, "--tlskey", `${folder}/server-key.pem`],
  ]);
  await docker("save", "-o", `${folder}/image`, IMAGE);
  await docker("-H", `unix://${engine.socket}`, "load", "-i", `${folder}/image`);
  return {
    port,
    certificates: folder,
    [Symbol.asyncDispose]: async () => {
      await engine.stop();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** An authority, and what it has signed: a server at 127.0.0.1 and a client. */
const CERTIFICATES = `set -e
key() { "$1" ecparam -genkey -name prime256v1 -noout | "$1" pkcs8 -topk8 -nocrypt -out "$2"; }
issue() { # OPENSSL NAME KEY EXTENSIONS
  "$1" req -new -key "$3" -subj "/CN=$2" -out request
  printf '%s\\n' "$4" >extensions
  "$1" x509 -req -in request -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 2 -extfile extensions -out "$2.pem"
}
key "$1" ca-key.pem
"$1" req -x509 -new -key ca-key.pem -days 2 -subj /CN=authority -out ca.pem
key "$1" server-key.pem
issue "$1" server server-key.pem 'subjectAltName=IP:127.0.0.1
extendedKeyUsage=serverAuth'
key "$1" key.pem
issue "$1" cert key.pem extendedKeyUsage=clientAuth
`;
