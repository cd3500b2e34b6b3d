/** Keys by which programs call the API: each with a role, and perhaps an end and a list of definitions. */
import type { ApiKey } from "../../../core/access/account.ts";
import { uuidV7 } from "../../../core/ids.ts";
import type { Role } from "../../../core/access/role.ts";
import type { Clock } from "../../../ports/clock.ts";
import { randomBytes } from "../../../platform/random.ts";
import type { RecordFolder } from "../../../stores/file/access/record_folder.ts";
import type { Principal } from "../access/guard.ts";
import { ApiError, badRequest, notFound } from "../http/api_error.ts";
import { newSecret, secretHash } from "./secret_key.ts";

export const KEY_PREFIX = "dagu_";
/** Uses that come closer to each other are not written down. */
const USE_NOTED_MS = 60_000;

export interface KeyFields {
  readonly name: string;
  readonly description: string;
  readonly role: Role;
  /** Unix milliseconds; 0 for never. */
  readonly expiresAt: number;
  readonly dags: readonly string[] | null;
}

export class ApiKeys {
  readonly #keys: RecordFolder<ApiKey>;
  readonly #clock: Clock;

  constructor(keys: RecordFolder<ApiKey>, clock: Clock) {
    this.#keys = keys;
    this.#clock = clock;
  }

  /** By name. */
  list(): ApiKey[] {
    return this.#keys.all().sort((a, b) => a.name < b.name ? -1 : 1);
  }

  /** @throws ApiError 404 */
  get(id: string): ApiKey {
    const key = this.#keys.get(id);
    if (!key) throw notFound(`There is no API key with the id ${id}`);
    return key;
  }

  /** @returns the record, and the key itself, which is nowhere kept. @throws ApiError 409 for a name that is taken */
  async create(fields: KeyFields, createdBy: string): Promise<{ apiKey: ApiKey; key: string }> {
    return await this.#keys.change(async () => {
      this.#check(fields, "");
      const now = this.#clock.now();
      const key = newSecret(KEY_PREFIX);
      const apiKey: ApiKey = {
        ...fields,
        id: uuidV7(now, randomBytes),
        keyHash: await secretHash(key),
        keyPrefix: key.slice(0, 8),
        createdAt: now,
        updatedAt: now,
        createdBy,
        lastUsedAt: 0,
      };
      await this.#keys.put(apiKey);
      return { apiKey, key };
    });
  }

  async update(id: string, change: Partial<KeyFields>): Promise<ApiKey> {
    return await this.#keys.change(async () => {
      const apiKey = { ...this.get(id), ...change, updatedAt: this.#clock.now() };
      this.#check(apiKey, id);
      await this.#keys.put(apiKey);
      return apiKey;
    });
  }

  /** @throws ApiError 404 */
  async remove(id: string): Promise<void> {
    if (!await this.#keys.remove(this.get(id).id)) throw notFound(`There is no API key with the id ${id}`);
  }

  /** null for a key that does not exist or has run out. */
  async principal(key: string): Promise<Principal | null> {
    const hash = await secretHash(key);
    const now = this.#clock.now();
    const found = this.#keys.all().find((one) => one.keyHash === hash);
    if (!found || found.expiresAt !== 0 && found.expiresAt <= now) return null;
    if (now - found.lastUsedAt > USE_NOTED_MS) await this.#noteUse(found.id, now);
    return { name: `apikey:${found.name}`, role: found.role, dags: found.dags, isKey: true };
  }

  async #noteUse(id: string, now: number): Promise<void> {
    await this.#keys.change(async () => {
      const key = this.#keys.get(id);
      if (key && now - key.lastUsedAt > USE_NOTED_MS) await this.#keys.put({ ...key, lastUsedAt: now });
    });
  }

  #check(fields: KeyFields, id: string): void {
    if (this.#keys.all().some((one) => one.name === fields.name && one.id !== id)) {
      throw new ApiError(409, "already_exists", `There is an API key "${fields.name}" already`);
    }
    if (fields.dags?.length === 0) throw badRequest("The list of DAGs is empty: leave it out for all DAGs");
    // Such a key could give itself what its list does not hold.
    if (fields.dags && fields.role === "admin") {
      throw badRequest("A key with the role admin cannot be kept to a list of DAGs");
    }
  }
}
