/** What the endpoints work with. */
import type { RunRef } from "../../core/run.ts";
import type { Clock } from "../../ports/clock.ts";
import type { DagStore } from "../../ports/dag_store.ts";
import type { FireStore } from "../../ports/fire_store.ts";
import type { ReadModel } from "../../ports/read_model.ts";
import type { RunStore } from "../../ports/run_store.ts";
import type { Evaluate } from "../../stores/file/dags/module_texts.ts";
import type { DagFiles } from "../../stores/file/dags/dag_files.ts";
import type { DiskUses } from "./figures/disk_use.ts";
import type { EventHub } from "./live/event_hub.ts";
import type { LogFollows } from "./live/log_follows.ts";
import type { LogReader } from "./logs/log_reader.ts";
import type { ResourceHistory } from "./figures/resource_history.ts";
import type { Registry } from "../../ports/registry.ts";
import type { Workers } from "../../ports/workers.ts";
import type { RunActions } from "./run_actions.ts";
import type { ShownSetting } from "./shown_settings.ts";

/** Limit of a queue that several DAGs share. */
export interface SharedQueue {
  readonly name: string;
  readonly maxConcurrency: number;
}

/** Where a run stands in its queue. */
export interface QueuePlace {
  /** Name of the queue on the disk. */
  readonly queue: string;
  /** Smaller ones come first; 0 for a run that goes on. */
  readonly turn: number;
  /** Why it waits: one sentence; "" for a run that goes on. */
  readonly why: () => string;
}

/** The place of a run that counts in a queue or stands in line; null for any other. */
export type PlaceOf = (run: RunRef) => QueuePlace | null;

export interface ServerContext {
  readonly model: ReadModel;
  readonly runs: RunStore;
  readonly dags: DagStore;
  /** The YAML text that a definition in TypeScript stands for. */
  readonly evaluate: Evaluate;
  readonly files: DagFiles;
  readonly logs: LogReader;
  readonly actions: RunActions;
  readonly resources: ResourceHistory;
  readonly disk: Pick<DiskUses, "latest">;
  /** Told of what the server itself changed, so that the next answer knows it. */
  readonly changed: {
    readonly dags: () => Promise<void>;
    readonly run: (run: RunRef) => Promise<void>;
  };
  readonly hub: EventHub;
  readonly logFollows: LogFollows;
  readonly fires: Pick<FireStore, "list">;
  /** Why a run waits, or ended as it did: one sentence. */
  readonly why: (run: RunRef) => Promise<string>;
  /** Where many runs stand, and why they wait there. */
  readonly queuePlaces: () => Promise<PlaceOf>;
  readonly clock: Clock;
  readonly workers: Workers;
  /** Services that have made themselves known. */
  readonly registry: Pick<Registry, "services">;
  readonly baseConfig: string;
  readonly queues: readonly SharedQueue[];
  /** Names of other servers that may be asked through this one. */
  readonly remoteNodes: readonly string[];
  /** IANA name of the zone of schedules that name none. */
  readonly zone: string;
  /** Settings in effect, for administrators. */
  readonly settings: () => readonly ShownSetting[];
  /** Unix milliseconds. */
  readonly startedAt: number;
}
