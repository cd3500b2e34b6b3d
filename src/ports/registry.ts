/** How services of a home find each other. */

export type ServiceKind = "scheduler" | "coordinator" | "worker";

/** What a service tells of itself. */
export interface ServiceNote {
  /** Unique among those of its kind. */
  readonly id: string;
  /** Where others reach it. */
  readonly host: string;
  /** 0 when it listens nowhere. */
  readonly port: number;
}

export interface RegisteredService extends ServiceNote {
  readonly pid: number;
  /** It acts; else it stands by. */
  readonly active: boolean;
  /** Unix milliseconds; 0 when unknown. */
  readonly startedAt: number;
}

/** A service's entry, from its beginning to its end. */
export interface Registration {
  /** Tells whether the service acts, or stands by. */
  active: boolean;
  /** Takes the entry away. */
  remove(): void;
}

export interface Registry {
  /** Makes a service known until the entry is taken away, and takes away those of its kind that were silent for long. */
  register(kind: ServiceKind, note: ServiceNote): Registration;
  /** Those that gave a sign of life of late: who acts first, of these the one that began last. */
  services(kind: ServiceKind): RegisteredService[];
}
