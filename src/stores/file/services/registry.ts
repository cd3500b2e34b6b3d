/**
 * Entries of services, as those of Dagu look for them too: `service-registry/<kind>/<id>.json`. The time of the file
 * is the sign of life; Dagu removes what was silent for 30 s, and so does this.
 */
import { safeName } from "../../../core/names.ts";
import { startBeats } from "../../../platform/time/beat.ts";
import {
  ensureDirSync,
  readRegularIfExistsSync,
  removeIfExistsSync,
  replaceFileSync,
  statIfExistsSync,
} from "../../../platform/files/files.ts";
import { hostName, ownPid, processExists } from "../../../platform/process/identity.ts";
import { readableNames } from "../../../platform/folders/list_folder.ts";

import type {
  RegisteredService,
  Registration,
  Registry,
  ServiceKind,
  ServiceNote,
} from "../../../ports/registry.ts";

const BEAT_MS = 10_000;
/** An entry that was silent for so long is that of a dead process. */
const STALE_MS = 30_000;
const MAX_BYTES = 64 * 1024;
/** Words of Dagu. */
const ACTIVE = 1;
const INACTIVE = 2;

export class FileRegistry implements Registry {
  readonly #root: string;
  readonly #now: () => number;

  /** @param now Unix milliseconds, to compare with the times of files */
  constructor(root: string, now: () => number = Date.now) {
    this.#root = root;
    this.#now = now;
  }

  register(kind: ServiceKind, note: ServiceNote): Registration {
    const path = `${this.#folder(kind)}/${safeName(note.id)}.json`;
    const started = new Date(this.#now()).toISOString();
    let active = false;
    const write = () => {
      const entry = { ...note, pid: ownPid(), status: active ? ACTIVE : INACTIVE, startedAt: started };
      try {
        ensureDirSync(this.#folder(kind));
        replaceFileSync(path, `${JSON.stringify(entry, null, 2)}\n`);
        this.#sweep(kind, path);
      } catch {
        // Others see it late; that is no reason to stop working.
      }
    };
    write();
    const rest = startBeats(BEAT_MS, write);
    return {
      get active() {
        return active;
      },
      set active(value: boolean) {
        active = value;
        write();
      },
      remove: () => {
        rest();
        removeIfExistsSync(path);
      },
    };
  }

  services(kind: ServiceKind): RegisteredService[] {
    const found: RegisteredService[] = [];
    for (const { path, size, age } of this.#entries(kind)) {
      const service = age > STALE_MS || size > MAX_BYTES ? null : read(path);
      if (service && !isGone(service)) found.push(service);
    }
    return found.sort((a, b) => Number(b.active) - Number(a.active) || b.startedAt - a.startedAt);
  }

  #sweep(kind: ServiceKind, own: string): void {
    for (const { path, age } of this.#entries(kind)) {
      // One that lives after all writes its entry anew at its next beat.
      if (age > STALE_MS && path !== own) removeIfExistsSync(path);
    }
  }

  *#entries(kind: ServiceKind): Generator<{ path: string; size: number; age: number }> {
    for (const name of readableNames(this.#folder(kind))) {
      const path = `${this.#folder(kind)}/${name}`;
      const info = name.endsWith(".json") ? statIfExistsSync(path) : null;
      if (info?.isFile) yield { path, size: info.size, age: this.#now() - (info.mtime?.getTime() ?? 0) };
    }
  }

  #folder(kind: ServiceKind): string {
    return `${this.#root}/${kind}`;
  }
}

/** A process of this machine that was killed is known to be no more before its entry is old. */
function isGone({ id, pid }: RegisteredService): boolean {
  const own = hostName();
  return (id.startsWith(`${own}@`) || id.startsWith(`${own}-`)) && pid > 0 && !processExists(pid);
}

/** null for what is no entry. */
function read(path: string): RegisteredService | null {
  try {
    const json = JSON.parse(readRegularIfExistsSync(path) ?? "") as Record<string, unknown>;
    if (json === null || typeof json !== "object") return null;
    return {
      id: String(json.id ?? ""),
      host: String(json.host ?? ""),
      port: Number(json.port) || 0,
      pid: Number(json.pid) || 0,
      active: json.status === ACTIVE,
      startedAt: startOf(json.startedAt),
    };
  } catch {
    return null;
  }
}

function startOf(value: unknown): number {
  const at = typeof value === "number" ? value : Date.parse(String(value));
  return Number.isNaN(at) ? 0 : at;
}
