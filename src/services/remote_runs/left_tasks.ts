/** Folders of tasks whose worker is gone: `<root>/<worker>/<task>-<epoch>-<attempt>`. */
import { hostName, processExists } from "../../platform/process/identity.ts";
import { readableNames } from "../../platform/folders/list_folder.ts";

/**
 * Those of other processes that went by the name of this worker, and all of workers named `HOST@PID` on this machine
 * that are no more.
 * @param own name of this worker's folder
 * @param used names of the tasks that this worker has
 */
export function leftTasks(root: string, own: string, used: ReadonlySet<string>): string[] {
  const tasks = readableNames(`${root}/${own}`).filter((name) => !used.has(name));
  const workers = readableNames(root).filter((name) => name !== own && isGone(name));
  return [...tasks.map((name) => `${root}/${own}/${name}`), ...workers.map((name) => `${root}/${name}`)];
}

function isGone(worker: string): boolean {
  const [host, pid] = worker.split("@");
  return host === hostName() && /^\d+$/.test(pid ?? "") && !processExists(Number(pid));
}
