/** Who may log in or call the API, as it is kept. Times are Unix milliseconds; no secret is kept, only its hash. */
import type { Role } from "./role.ts";

export interface User {
  readonly id: string;
  readonly username: string;
  readonly passwordHash: string;
  readonly role: Role;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Login tokens carry it: another one ends them all. */
  readonly tokenVersion: string;
  /** The password was given by somebody else: nothing may be done before it is changed. */
  readonly mustChangePassword: boolean;
  /** Who it is at an OIDC provider: issuer and subject; "" for an account with a password. */
  readonly providerSubject: string;
}

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly role: Role;
  readonly keyHash: string;
  /** First characters, to tell keys apart. */
  readonly keyPrefix: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly createdBy: string;
  /** 0 when it was never used. */
  readonly lastUsedAt: number;
  /** 0 for never. */
  readonly expiresAt: number;
  /** File names of the definitions that it may see and touch; null for all. */
  readonly dags: readonly string[] | null;
}

export interface Webhook {
  readonly id: string;
  /** File name of the definition that it enqueues. */
  readonly dagName: string;
  readonly tokenHash: string;
  readonly tokenPrefix: string;
  readonly enabled: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly createdBy: string;
  readonly lastUsedAt: number;
}
