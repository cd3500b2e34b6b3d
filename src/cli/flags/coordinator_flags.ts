/** Flags that say where the coordinator is, and the keys of the configuration that they set. */
export const COORDINATOR_FLAGS = [
  { name: "worker.coordinator-host", kind: "text", value: "address", doc: "Address of the coordinator" },
  { name: "worker.coordinator-port", kind: "text", value: "number", doc: "Its port, instead of 50055" },
] as const;

export const COORDINATOR_SETTINGS = {
  "worker.coordinator-host": "worker.coordinatorHost",
  "worker.coordinator-port": "worker.coordinatorPort",
} as const;
