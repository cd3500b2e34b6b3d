/** Changes the record of a run that nobody owns: it waits for somebody, or has ended. */
import { DaguError } from "../../../core/errors.ts";
import { dagDirName } from "../../../core/names.ts";
import { applyEvent, type RunEvent, type RunRecord } from "../../../core/run.ts";
import { isActiveRun, RunStatus, runStatusName } from "../../../core/status.ts";
import type { StoredRun } from "../../../ports/run_store.ts";
import { durableReplace, existsSync } from "../../../platform/files/files.ts";
import { dirname } from "../../../platform/files/path.ts";
import { pause } from "../../../platform/time/timer.ts";
import { EVENTS_FILE, lockFile, STATUS_FILE, type StoreRoots } from "../layout.ts";
import { attemptLiveness } from "../liveness/liveness.ts";
import { withLock } from "../locks.ts";
import { readRecord } from "../attempt/read_attempt.ts";
import { attemptsOf } from "./run_tree.ts";
import { recordToLine } from "../json/status_json.ts";

type Change = (record: RunRecord) => readonly RunEvent[];
/** Why a run of that status must not be changed; "" when it may. */
type Refusal = (status: RunStatus) => string;

const waits: Refusal = (status) => status === RunStatus.Waiting ? "" : "it does not wait";
const hasEnded: Refusal = (status) =>
  isActiveRun(status) || status === RunStatus.NotStarted ? "it has not ended" : "";

/** Changes the record of a run that waits, or is about to: a sub-run is seen waiting before those above it do. */
export async function amend(roots: StoreRoots, run: StoredRun, change: Change): Promise<StoredRun> {
  return await rewrite(roots, run, change, waits);
}

/** Changes the record of a run that has ended; its status stays. */
export async function amendEnded(roots: StoreRoots, run: StoredRun, change: Change): Promise<StoredRun> {
  changeable(run, hasEnded); // The owner of a run that goes on would be waited for in vain.
  return await rewrite(roots, run, change, hasEnded);
}

async function rewrite(
  roots: StoreRoots,
  run: StoredRun,
  change: Change,
  refusal: Refusal,
): Promise<StoredRun> {
  await ownerIsDone(roots, run);
  const lock = lockFile(roots, await dagDirName(run.record.root.name));
  return await withLock(lock, async () => {
    const record = changeable(run, refusal);
    const newest = attemptsOf(dirname(run.dir))[0];
    if (newest && newest.path !== run.dir) throw cannot(run, "it has a newer attempt");
    const amended = change(record).reduce(applyEvent, record);
    await durableReplace(`${run.dir}/${STATUS_FILE}`, recordToLine(amended, true) + "\n");
    return { ...run, record: amended };
  });
}

/** Its record as it stands now. */
function changeable(run: StoredRun, refusal: Refusal): RunRecord {
  const record = readRecord(run.dir) ?? run.record;
  const wrong = refusal(record.status);
  if (wrong !== "") throw cannot(run, `${wrong}, it is ${runStatusName(record.status)}`);
  return record;
}

function cannot({ record }: StoredRun, why: string): DaguError {
  return new DaguError(`Cannot change the run "${record.dagRunId}" of "${record.name}": ${why}`);
}

/** How long the owner of a run that has just come to its end may take for its last line. */
const CLOSING_MS = 5000;
const LOOK_MS = 5;

/** The last line of the owner would take the place of what is written here. */
async function ownerIsDone(roots: StoreRoots, run: StoredRun): Promise<void> {
  const open = { ...run, record: { ...run.record, status: RunStatus.Running } };
  for (let waited = 0; waited < CLOSING_MS; waited += LOOK_MS) {
    if (!existsSync(`${run.dir}/${EVENTS_FILE}`) || attemptLiveness(roots, open) === "dead") return;
    await pause(LOOK_MS);
  }
}
