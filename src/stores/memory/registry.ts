/** Entries of services in memory, for tests. */
import type {
  RegisteredService,
  Registration,
  Registry,
  ServiceKind,
  ServiceNote,
} from "../../ports/registry.ts";

export class MemoryRegistry implements Registry {
  readonly #entries = new Map<string, RegisteredService>();
  #starts = 0;

  register(kind: ServiceKind, note: ServiceNote): Registration {
    const key = `${kind}/${note.id}`;
    const entries = this.#entries;
    const set = (active: boolean) => void entries.set(key, { ...note, pid: 0, active, startedAt });
    const startedAt = ++this.#starts;
    set(false);
    return {
      get active() {
        return entries.get(key)?.active ?? false;
      },
      set active(active: boolean) {
        set(active);
      },
      remove: () => void entries.delete(key),
    };
  }

  services(kind: ServiceKind): RegisteredService[] {
    return [...this.#entries].filter(([key]) => key.startsWith(`${kind}/`)).map(([, entry]) => entry)
      .sort((a, b) => Number(b.active) - Number(a.active) || b.startedAt - a.startedAt);
  }
}
