/** Brings private keys of older and other forms into one that the ssh2 package can sign with. */
import { createPrivateKey } from "node:crypto";

const FORMS: Readonly<Record<string, "pkcs1" | "sec1">> = { rsa: "pkcs1", ec: "sec1" };

/** Whether the key is encrypted in the PEM forms that OpenSSL writes. */
function isEncrypted(text: string): boolean {
  return text.includes("Proc-Type: 4,ENCRYPTED") || text.includes("BEGIN ENCRYPTED PRIVATE KEY");
}

/**
 * The same key without encryption where the package could read it, but not sign with it, or not even read it (PKCS #8);
 * any other text is left as it is.
 * @throws Error whose message contains "passphrase" when that is missing or wrong.
 */
export function signableKey(text: string, passphrase: string): string {
  const encrypted = isEncrypted(text);
  if (!encrypted && !text.includes("BEGIN PRIVATE KEY")) return text;
  if (encrypted && passphrase === "") throw new Error("encrypted, but without passphrase");
  try {
    const key = createPrivateKey({ key: text, passphrase: passphrase || undefined });
    const type = FORMS[key.asymmetricKeyType ?? ""];
    return type === undefined ? text : String(key.export({ type, format: "pem" }));
  } catch (error) {
    throw new Error(encrypted ? "the passphrase is wrong" : String((error as Error).message));
  }
}
