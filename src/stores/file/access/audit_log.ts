/** The log of what was done: JSON lines that are only ever added to, in files (0600) that are put aside when long. */
import type { AuditEntry } from "../../../core/access/audit_entry.ts";
import { uuidV7 } from "../../../core/ids.ts";
import { ensureDirSync, removeIfExistsSync, statIfExistsSync } from "../../../platform/files/files.ts";
import { Journal } from "../../../platform/files/journal.ts";
import { listFolderSync } from "../../../platform/folders/list_folder.ts";
import { randomBytes } from "../../../platform/random.ts";
import { soundText } from "../../../platform/files/sound_text.ts";
import { isObject, type JsonObject, text } from "../json/json_read.ts";
import { parseTime, timeText } from "../json/time_text.ts";

export interface AuditQuery {
  readonly limit: number;
  /** Only entries older than the one with this id; "" for the newest. */
  readonly before: string;
  /** "" for everybody. */
  readonly user: string;
}

export interface AuditOptions {
  readonly folder: string;
  /** A file that is longer is put aside. */
  readonly maxBytes: number;
  /** Files that were put aside and stay. */
  readonly keep: number;
  readonly now: () => number;
}

const CURRENT = "audit.jsonl";
const ASIDE = /^audit-[0-9a-f-]{36}\.jsonl$/;
/** Longest text of a member, in characters. */
const MAX_TEXT = 300;

export class AuditLog {
  readonly #options: AuditOptions;

  constructor(options: AuditOptions) {
    this.#options = options;
  }

  /** Resolves when the entry is on the disk. @throws what the system says, e.g. when the disk is full */
  async add(entry: Omit<AuditEntry, "id" | "at">): Promise<void> {
    const { folder, now } = this.#options;
    const at = now();
    ensureDirSync(folder);
    this.#putAside(at);
    const journal = Journal.open(`${folder}/${CURRENT}`);
    try {
      journal.append(encode({ ...entry, id: uuidV7(at, randomBytes), at }));
    } finally {
      await journal.close();
    }
  }

  /** Newest first. Lines that are damaged are left out. */
  read({ limit, before, user }: AuditQuery): AuditEntry[] {
    const found: AuditEntry[] = [];
    for (const name of this.#files()) {
      const lines = soundText(`${this.#options.folder}/${name}`).split("\n");
      for (let i = lines.length - 1; i >= 0; i--) {
        const entry = decode(lines[i]);
        if (!entry || before !== "" && entry.id >= before || user !== "" && entry.user !== user) continue;
        found.push(entry);
        if (found.length === limit) return found;
      }
    }
    return found;
  }

  /** Newest first. */
  #files(): string[] {
    return [CURRENT, ...this.#aside()];
  }

  #aside(): string[] {
    return listFolderSync(this.#options.folder).filter((name) => ASIDE.test(name)).sort().reverse();
  }

  #putAside(at: number): void {
    const { folder, maxBytes, keep } = this.#options;
    const current = `${folder}/${CURRENT}`;
    if ((statIfExistsSync(current)?.size ?? 0) < maxBytes) return;
    moveAside(current, `${folder}/audit-${uuidV7(at, randomBytes)}.jsonl`);
    for (const name of this.#aside().slice(keep)) removeIfExistsSync(`${folder}/${name}`);
  }
}

/** Another process may have been faster. */
function moveAside(from: string, to: string): void {
  try {
    Deno.renameSync(from, to);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function encode({ id, at, user, client, action, target, outcome }: AuditEntry): string {
  const clipped = { user: clip(user), client: clip(client), action: clip(action), target: clip(target) };
  return JSON.stringify({ id, at: timeText(at), ...clipped, outcome });
}

function decode(line: string): AuditEntry | null {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return null;
  }
  return isObject(json) ? entryOf(json) : null;
}

function entryOf(json: JsonObject): AuditEntry | null {
  const { outcome } = json;
  if (outcome !== "done" && outcome !== "refused" && outcome !== "failed") return null;
  return {
    id: text(json, "id"),
    at: parseTime(json.at),
    user: text(json, "user"),
    client: text(json, "client"),
    action: text(json, "action"),
    target: text(json, "target"),
    outcome,
  };
}

function clip(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 3)}...` : text;
}
