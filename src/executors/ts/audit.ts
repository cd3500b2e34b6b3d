/** What the code of a step used, as the runtime records it. */
import {
  mergePermissions,
  PERMISSION_KINDS,
  type PermissionKind,
  type PermissionSet,
  type PermissionUse,
} from "../../core/permissions.ts";
import { readTextIfExists, removeIfExistsSync } from "../../platform/files/files.ts";
import { resolve } from "../../platform/files/path.ts";
import type { StepTask } from "../../ports/executor.ts";
import { hostEntry } from "./host_entry.ts";
import { AUDIT_BEGINS, type TsReport, type TsTask } from "./job.ts";

const MODULES_UNSEEN = "what the code used by modules of Node is seen only where Deno runs this program";
const PROGRAMS_UNSEEN = "programs that were started by node:child_process cannot be seen";

export class TsAudit {
  readonly #log: string;
  readonly #task: StepTask;

  constructor(task: StepTask) {
    this.#task = task;
    this.#log = `${task.scratchDir}/ts-audit-${crypto.randomUUID()}`;
  }

  /** Variables that make the runtime record. */
  get env(): Record<string, string> {
    return { DENO_AUDIT_PERMISSIONS: this.#log };
  }

  /** Called once, when the process has ended. */
  async use(given: TsTask, report: TsReport | null): Promise<PermissionUse> {
    const text = await readTextIfExists(this.#log);
    removeIfExistsSync(this.#log);
    const packages = { import: given.permissions.import ?? [] };
    const recorded = text === null ? {} : recordedSet(text, this.#task.workingDir, given.file);
    return {
      permissions: mergePermissions(packages, recorded, report?.used ?? {}),
      unknown: text === null ? MODULES_UNSEEN : PROGRAMS_UNSEEN,
    };
  }
}

interface RecordLine {
  readonly permission: string;
  /** null for the whole kind. */
  readonly value: string | null;
}

/** @param file module of the step itself, which it may read in any case */
function recordedSet(text: string, workingDir: string, file: string): PermissionSet {
  const used: Partial<Record<PermissionKind, string[]>> = {};
  const lines = text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as RecordLine);
  const begin = lines.findIndex(({ value }) => value === AUDIT_BEGINS);
  for (const { permission, value } of begin < 0 ? [] : lines.slice(begin + 1)) {
    const kind = PERMISSION_KINDS.find((one) => one === permission);
    if (kind === undefined) continue;
    const entry = value === null ? "*" : entryOf(kind, value, workingDir);
    if (entry !== file) (used[kind] ??= []).push(entry);
  }
  return used;
}

function entryOf(kind: PermissionKind, value: string, workingDir: string): string {
  if (kind === "net") return value.includes("://") ? hostEntry(value) ?? value : value;
  if (kind !== "read" && kind !== "write") return value;
  return value.startsWith("file://")
    ? decodeURIComponent(new URL(value).pathname)
    : resolve(workingDir, value);
}
