/** Runs archive steps. Symbolic links are made here, after the worker: making one takes rights that it must not have. */
import { messageOf } from "../../core/errors.ts";
import { readTextIfExists, removeIfExistsSync } from "../../platform/files/files.ts";
import { dirname, isInside, join } from "../../platform/files/path.ts";
import { makeLink, realPath } from "../../platform/files/real_path.ts";
import type { Execution, ExecutionEvents, Executor, StepOutcome, StepTask } from "../../ports/executor.ts";
import type { SandboxPool } from "../sandbox/pool.ts";
import { SandboxedExecutor } from "../sandbox/sandboxed_executor.ts";
import { linkStays } from "./entry_path.ts";
import { ARCHIVE } from "./manifest.ts";
import { ArchiveError, type ArchiveRequest, CODES, type LinkEntry } from "./request.ts";

export class ArchiveExecutor implements Executor {
  constructor(readonly pool: SandboxPool) {}

  start(task: StepTask, events: ExecutionEvents): Execution {
    let request: ArchiveRequest | null = null;
    const manifest = {
      ...ARCHIVE,
      prepare: async (given: StepTask) => request = await ARCHIVE.prepare(given),
    };
    const execution = new SandboxedExecutor(manifest, this.pool).start(task, events);
    return {
      done: execution.done.then((outcome) => request === null ? outcome : withLinks(request, outcome)),
      signal: (name) => execution.signal(name),
    };
  }
}

/** Whatever the worker wrote down is checked again: it has handled foreign bytes. */
async function withLinks(request: ArchiveRequest, outcome: StepOutcome): Promise<StepOutcome> {
  const { linksFile, destination } = request;
  if (linksFile === "") return outcome;
  try {
    const text = await readTextIfExists(linksFile);
    if (text === null) return outcome;
    removeIfExistsSync(linksFile);
    if (outcome.error !== "") return outcome;
    for (const link of linksOf(text)) await make(destination, link);
    return outcome;
  } catch (error) {
    return { exitCode: CODES.extract, error: `Cannot make the links of the archive: ${messageOf(error)}` };
  }
}

async function make(destination: string, { path, target }: LinkEntry): Promise<void> {
  const place = join(destination, path);
  const folder = await realPath(dirname(place));
  if (
    folder === null || !isInside(destination, folder) || !isInside(destination, place) ||
    !linkStays(path, target)
  ) {
    throw new ArchiveError("corrupt", `"${path}" to "${target}" would leave the destination`);
  }
  await makeLink(target, place);
}

function linksOf(text: string): LinkEntry[] {
  const list: unknown = JSON.parse(text);
  if (!Array.isArray(list)) throw new ArchiveError("extract", "the list of links cannot be read");
  return list.map((item) => ({ path: String(item?.path ?? ""), target: String(item?.target ?? "") }));
}
