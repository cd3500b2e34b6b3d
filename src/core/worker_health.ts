/** How a worker is, by the age of its last sign of life. */

const HEALTHY_MS = 5_000;
/** From here on it gets no task, and what it has not begun goes to another. */
export const UNHEALTHY_MS = 15_000;
/** From here on nobody counts on runs that it has begun: it ended them itself well before, if it still works at all. */
export const LEASE_MS = 20_000;
/** From here on it is forgotten. */
export const OFFLINE_MS = 30_000;

export type WorkerHealth = "healthy" | "warning" | "unhealthy" | "offline";

export function workerHealth(silentMs: number): WorkerHealth {
  if (silentMs < HEALTHY_MS) return "healthy";
  if (silentMs <= UNHEALTHY_MS) return "warning";
  return silentMs <= OFFLINE_MS ? "unhealthy" : "offline";
}

type Labels = Readonly<Record<string, string>>;

/** Whether a worker has all the labels that a selector asks for. */
export function hasLabels(labels: Labels, selector: Labels): boolean {
  return Object.entries(selector).every(([key, value]) =>
    Object.hasOwn(labels, key) && labels[key] === value
  );
}

/** `gpu=true, region=eu` */
export function labelsText(labels: Labels): string {
  return Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(", ");
}
