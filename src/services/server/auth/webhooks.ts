/** Tokens by which other programs put a run of one definition in line. */
import type { Webhook } from "../../../core/access/account.ts";
import { uuidV7 } from "../../../core/ids.ts";
import type { Clock } from "../../../ports/clock.ts";
import { randomBytes } from "../../../platform/random.ts";
import type { RecordFolder } from "../../../stores/file/access/record_folder.ts";
import { ApiError, notFound } from "../http/api_error.ts";
import { notAllowed, unauthorized } from "./refusals.ts";
import { newSecret, sameSecret, secretHash } from "./secret_key.ts";

const TOKEN_PREFIX = "dagu_wh_";
const PREFIX_LENGTH = 12;
const USE_NOTED_MS = 60_000;

export class Webhooks {
  readonly #webhooks: RecordFolder<Webhook>;
  readonly #clock: Clock;

  constructor(webhooks: RecordFolder<Webhook>, clock: Clock) {
    this.#webhooks = webhooks;
    this.#clock = clock;
  }

  /** By the definition. */
  list(): Webhook[] {
    return this.#webhooks.all().sort((a, b) => a.dagName < b.dagName ? -1 : 1);
  }

  /** @throws ApiError 404 */
  of(dagName: string): Webhook {
    const found = this.#find(dagName);
    if (!found) throw notFound(`The DAG ${dagName} has no webhook`);
    return found;
  }

  /** @returns the record, and the token, which is nowhere kept. @throws ApiError 409 when there is one */
  async create(dagName: string, createdBy: string): Promise<{ webhook: Webhook; token: string }> {
    return await this.#webhooks.change(async () => {
      if (this.#find(dagName)) {
        throw new ApiError(409, "already_exists", `The DAG ${dagName} has a webhook already`);
      }
      const now = this.#clock.now();
      return await this.#putWithToken({
        id: uuidV7(now, randomBytes),
        dagName,
        enabled: true,
        createdAt: now,
        createdBy,
        lastUsedAt: 0,
      });
    });
  }

  /** The token that there was is good for nothing from now on. */
  async regenerate(dagName: string): Promise<{ webhook: Webhook; token: string }> {
    return await this.#webhooks.change(() => this.#putWithToken(this.of(dagName)));
  }

  async enable(dagName: string, enabled: boolean): Promise<Webhook> {
    return await this.#webhooks.change(async () => {
      const webhook = { ...this.of(dagName), enabled, updatedAt: this.#clock.now() };
      await this.#webhooks.put(webhook);
      return webhook;
    });
  }

  /** @throws ApiError 404 */
  async remove(dagName: string): Promise<void> {
    await this.#webhooks.change(() => this.#webhooks.remove(this.of(dagName).id));
  }

  /** @throws ApiError 401 for a wrong token, 403 when it is switched off; neither tells whether there is a webhook */
  async admit(dagName: string, token: string): Promise<Webhook> {
    const webhook = this.#find(dagName);
    const right = await sameSecret(await secretHash(token), webhook?.tokenHash ?? "");
    if (!webhook || !right) throw unauthorized("The token of the webhook is missing or wrong");
    if (!webhook.enabled) throw notAllowed(`The webhook of the DAG ${dagName} is switched off`);
    const now = this.#clock.now();
    if (now - webhook.lastUsedAt > USE_NOTED_MS) await this.#noteUse(dagName, now);
    return webhook;
  }

  #find(dagName: string): Webhook | undefined {
    return this.#webhooks.all().find((webhook) => webhook.dagName === dagName);
  }

  async #putWithToken(fields: Omit<Webhook, "tokenHash" | "tokenPrefix" | "updatedAt">) {
    const token = newSecret(TOKEN_PREFIX);
    const webhook: Webhook = {
      ...fields,
      tokenHash: await secretHash(token),
      tokenPrefix: token.slice(0, PREFIX_LENGTH),
      updatedAt: this.#clock.now(),
    };
    await this.#webhooks.put(webhook);
    return { webhook, token };
  }

  async #noteUse(dagName: string, now: number): Promise<void> {
    await this.#webhooks.change(async () => {
      const webhook = this.#find(dagName);
      if (webhook) await this.#webhooks.put({ ...webhook, lastUsedAt: now });
    });
  }
}
