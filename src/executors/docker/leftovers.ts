/** Containers that a run left behind because its agent was killed. */
import type { RunRef } from "../../core/run.ts";
import { bootId, hostName, isSameProcess, ownPid, processStartTime } from "../../platform/identity.ts";
import type { RunStore } from "../../ports/run_store.ts";
import type { Found } from "./request.ts";

/** Which machine and which folder of data made a container. */
export const HOME_LABEL = "dagu.home";
const ROOT_NAME_LABEL = "dagu.root.name";
const ROOT_ID_LABEL = "dagu.root.id";
const TOKEN_LABEL = "dagu.token";
const OWNER_LABEL = "dagu.owner";

/** Who makes the containers of a run. */
export interface Owner {
  readonly runs: RunStore;
  /** The run at the top. */
  readonly root: RunRef;
  /** The word of this agent, which stands in the leases of its runs. */
  readonly token: string;
  /** Folder of the runs' data. */
  readonly dataDir: string;
}

/** Value of {@link HOME_LABEL}. */
export function homeLabel(owner: Owner): string {
  return `${hostName()}:${owner.dataDir}`;
}

/** Labels by which a later run finds a container whose owner is dead. */
export function ownerLabels(owner: Owner): Record<string, string> {
  const pid = ownPid();
  return {
    [HOME_LABEL]: homeLabel(owner),
    [ROOT_NAME_LABEL]: owner.root.name,
    [ROOT_ID_LABEL]: owner.root.id,
    [TOKEN_LABEL]: owner.token,
    [OWNER_LABEL]: `${bootId()} ${pid} ${processStartTime(pid)}`,
  };
}

/** Those of the containers whose owner is dead. One that cannot be judged stays. */
export async function leftBehind(found: readonly Found[], owner: Owner): Promise<string[]> {
  const verdicts = new Map<string, Promise<boolean>>();
  const ids: string[] = [];
  for (const { id, labels } of found) {
    const token = labels[TOKEN_LABEL] ?? "";
    if (token === "" || token === owner.token) continue;
    let verdict = verdicts.get(token);
    if (!verdict) verdicts.set(token, verdict = isDead(labels, token, owner.runs));
    if (await verdict) ids.push(id);
  }
  return ids;
}

async function isDead(labels: Found["labels"], token: string, runs: RunStore): Promise<boolean> {
  if (ownerLives(labels[OWNER_LABEL] ?? "")) return false;
  const run = await runs.find(labels[ROOT_NAME_LABEL] ?? "", labels[ROOT_ID_LABEL] ?? "").catch(() => null);
  // Without its record, or with that of a later attempt, the process that is gone has to do.
  return run === null || run.lease?.token !== token || await runs.liveness(run) === "dead";
}

/** Whether the process of that boot still runs. A process of an agent may do more than one run. */
function ownerLives(text: string): boolean {
  const [boot = "", pid = "", start = ""] = text.split(" ");
  return boot === bootId() && isSameProcess(Number(pid), start);
}
