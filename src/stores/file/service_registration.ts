/**
 * The entry by which other services of a home, also those of Dagu, find one:
 * `service-registry/<kind>/<id>.json`. Its time is the sign of life; Dagu removes what was silent for 30 s.
 */
import { safeName } from "../../core/names.ts";
import { ensureDirSync, removeIfExistsSync, replaceFileSync } from "../../platform/files.ts";
import { hostName, ownPid } from "../../platform/identity.ts";
import { startInterval } from "../../platform/timer.ts";

const TOUCH_MS = 10_000;
/** Words of Dagu. */
const ACTIVE = 1;
const INACTIVE = 2;

export class ServiceRegistration {
  readonly #dir: string;
  readonly #entry: {
    readonly id: string;
    readonly host: string;
    readonly port: number;
    readonly pid: number;
  };
  readonly #startedAt: string;
  readonly #rest: () => void;
  #active = false;

  /** @param port of the service's page; 0 when it has none */
  constructor(registryDir: string, kind: "scheduler", port: number) {
    const now = Date.now();
    const host = hostName();
    const id = `${host}-${ownPid()}-${Math.floor(now / 1000)}`;
    this.#dir = `${registryDir}/${kind}`;
    this.#entry = { id, host, port, pid: ownPid() };
    this.#startedAt = new Date(now).toISOString();
    this.#write();
    this.#rest = startInterval(TOUCH_MS, () => this.#write());
  }

  /** Tells whether the service acts, or stands by. */
  set active(active: boolean) {
    this.#active = active;
    this.#write();
  }

  remove(): void {
    this.#rest();
    removeIfExistsSync(this.#path);
  }

  get #path(): string {
    return `${this.#dir}/${safeName(this.#entry.id)}.json`;
  }

  #write(): void {
    const entry = { ...this.#entry, status: this.#active ? ACTIVE : INACTIVE, startedAt: this.#startedAt };
    try {
      ensureDirSync(this.#dir);
      replaceFileSync(this.#path, `${JSON.stringify(entry, null, 2)}\n`);
    } catch {
      // Others see it late; that is no reason to stop working.
    }
  }
}
