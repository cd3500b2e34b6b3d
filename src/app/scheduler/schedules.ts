/** Questions about what schedules will do, and what became of what they did. */
import type { Config } from "../../config/config.ts";
import type { Dag } from "../../core/dag.ts";
import { withoutEnding } from "../../core/definition_file.ts";
import { messageOf } from "../../core/errors.ts";
import type { FireFilter } from "../../core/schedule/fire_filter.ts";
import { type FireRecord, SCHEDULE_KINDS } from "../../core/schedule/schedule.ts";
import { upcomingFires } from "../../core/schedule/upcoming_fires.ts";
import { systemClock } from "../../platform/time/system_clock.ts";
import { basename } from "../../platform/files/path.ts";
import { localZone } from "../../platform/time/time_zone.ts";
import { listDagFiles } from "../../stores/file/dags/dag_folder.ts";
import { FileFireStore } from "../../stores/file/fires/fire_store.ts";
import { isSuspended } from "../../stores/file/dags/suspension.ts";
import type { ScheduleOptions, SchedulePreview, UpcomingFireOf } from "../app.ts";
import { openStores, type Stores } from "../stores.ts";

/** What is to come of one definition, or of all in the folder. */
export async function previewSchedules(config: Config, options: ScheduleOptions): Promise<SchedulePreview> {
  const stores = openStores(config);
  if (options.dag !== "") return previewOf(config, [await stores.dags.load(options.dag)], options.count);
  const dags: Dag[] = [];
  for (const { path } of listDagFiles(config.paths.dagsDir, options.onProblem)) {
    const dag = await loadOr(stores, path, options.onProblem);
    if (dag) dags.push(dag);
  }
  return previewOf(config, dags, options.count);
}

async function loadOr(
  stores: Stores,
  path: string,
  onProblem: (path: string, message: string) => void,
): Promise<Dag | null> {
  try {
    return await stores.dags.load(path);
  } catch (error) {
    onProblem(path, messageOf(error));
    return null;
  }
}

function previewOf(config: Config, dags: readonly Dag[], count: number): SchedulePreview {
  const zone = config.tz || localZone();
  const now = systemClock.now();
  const fires: UpcomingFireOf[] = [];
  let reboots = 0;
  let schedules = 0;
  for (const dag of dags) {
    const entries = SCHEDULE_KINDS.flatMap((kind) => dag.schedule[kind]);
    schedules += entries.length;
    reboots += entries.filter(({ expression }) => /@reboot$/i.test(expression)).length;
    if (entries.length === 0) continue;
    const suspended = isSuspended(
      config.paths.suspendFlagsDir,
      fileNameOf(config.paths.dagsDir, dag.location),
    );
    for (const fire of upcomingFires(dag.schedule, zone, now, count)) {
      fires.push({ dag: dag.name, suspended, ...fire });
    }
  }
  return { fires: fires.sort((a, b) => a.at - b.at).slice(0, count), schedules, reboots };
}

/** Path of a definition below the folder, without its ending; what stands elsewhere has its own name only. */
export function fileNameOf(dagsDir: string, path: string): string {
  const below = path.startsWith(`${dagsDir}/`) ? path.slice(dagsDir.length + 1) : basename(path);
  return withoutEnding(below);
}

/** How fires ended. @param dag "" for all */
export async function fireHistory(
  config: Config,
  options: { readonly dag: string; readonly filter: Omit<FireFilter, "dag"> },
): Promise<FireRecord[]> {
  const fires = new FileFireStore(config.paths.dataDir);
  const name = options.dag === "" ? undefined : await openStores(config).dags.nameOf(options.dag);
  return await fires.list({ ...options.filter, ...(name === undefined ? {} : { dag: name }) });
}
