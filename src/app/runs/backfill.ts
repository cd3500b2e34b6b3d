/** `backfill`: runs for times of the past, in line. */
import type { Config } from "../../config/config.ts";
import { paramsAt, type PastFire } from "../../core/schedule/backfill.ts";
import { systemClock } from "../../platform/time/system_clock.ts";
import { localZone } from "../../platform/time/time_zone.ts";
import { type BackfillPlan, carryOutBackfill, planBackfill } from "../../services/backfill.ts";
import type { BackfillOptions, ParamInput } from "../app.ts";
import { enqueueRun } from "./enqueue_run.ts";
import { fileNameOf } from "../scheduler/schedules.ts";
import { openStores } from "../stores.ts";

export async function backfillRuns(config: Config, options: BackfillOptions): Promise<BackfillPlan> {
  const { dags, runs } = openStores(config);
  const dag = await dags.load(options.dag);
  const source = {
    dag,
    job: fileNameOf(config.paths.dagsDir, dag.location),
    zone: config.tz || localZone(),
  };
  const plan = await planBackfill(runs, source, options, systemClock.now());
  if (options.dryRun) return plan;
  const place = { name: "", queue: "", priority: "low", defaultWorkingDir: "", trigger: "catchup" } as const;
  await carryOutBackfill(plan, (fire) =>
    enqueueRun(config, {
      ...place,
      dag: dag.location,
      runId: fire.runId,
      params: inputAt(options.params, fire),
    }));
  return plan;
}

function inputAt(params: ParamInput, fire: PastFire): ParamInput {
  switch (params.kind) {
    case "none":
      return params;
    case "text":
      return { kind: "text", text: paramsAt(params.text, fire) };
    case "args":
      return { kind: "args", args: params.args.map((arg) => paramsAt(arg, fire)) };
  }
}
