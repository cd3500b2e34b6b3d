/**
 * Makes attempt folders. One is built under a name that no reader looks at and then renamed: it is there with all its
 * first files or not at all, and the rename tells which of two processes was first.
 */
import { ensureDirSync, removeIfExistsSync, syncDir, writeAllSync } from "../../../platform/files/files.ts";
import { dirname } from "../../../platform/files/path.ts";
import { UNFINISHED } from "../layout.ts";

export interface FolderPlan {
  /** Folder that has to appear: a run or sub-run with its first attempt, or a further attempt. */
  readonly path: string;
  /** Way from `path` to the attempt's folder; "" when it is that itself. */
  readonly attempt: string;
  /** Whether everything is brought to the disk. */
  readonly sync: boolean;
  /** Files of the attempt that must be on the disk, by name. */
  readonly durable: Readonly<Record<string, string>>;
  /** Further files. */
  readonly volatile: Readonly<Record<string, string>>;
}

export interface MadeFolder {
  /** Descriptors of the durable files, open for appending, by name. */
  readonly files: Readonly<Record<string, Deno.FsFile>>;
  /** With `sync`, resolves when the folder's name is on the disk as well. The maker has other work meanwhile. */
  readonly placed: Promise<void>;
}

/**
 * Resolves when the folder is there; with `sync`, when its content is on the disk.
 * @returns null when there is a folder of that name already; nothing is left behind then.
 */
export async function makeFolder(plan: FolderPlan): Promise<MadeFolder | null> {
  const above = dirname(plan.path);
  const parents = ensureDirSync(above);
  const temporary = `${above}/${UNFINISHED}${crypto.randomUUID()}`;
  const attempt = plan.attempt ? `${temporary}/${plan.attempt}` : temporary;
  const files: Record<string, Deno.FsFile> = {};
  let renamed = false;
  let done = false;
  try {
    for (const folder of new Set([temporary, attempt])) Deno.mkdirSync(folder, { mode: 0o700 });
    for (const [name, content] of Object.entries(plan.volatile)) {
      create(`${attempt}/${name}`, content).close();
    }
    for (const [name, content] of Object.entries(plan.durable)) {
      files[name] = create(`${attempt}/${name}`, content);
    }
    if (plan.sync) {
      const folders = plan.attempt ? [temporary, attempt] : [temporary];
      await Promise.all([...Object.values(files).map((file) => file.sync()), ...folders.map(syncDir)]);
    }
    if (!rename(temporary, plan.path)) return null;
    renamed = true;
    done = true;
    return { files, placed: plan.sync ? syncDirs([above, ...parents.map(dirname)]) : Promise.resolve() };
  } finally {
    if (!done) { for (const file of Object.values(files)) file.close(); }
    if (!renamed) removeIfExistsSync(temporary, { recursive: true });
  }
}

async function syncDirs(paths: readonly string[]): Promise<void> {
  await Promise.all(paths.map(syncDir));
}

/** @returns false when there is a folder with content in the way. */
function rename(from: string, to: string): boolean {
  try {
    Deno.renameSync(from, to);
    return true;
  } catch (error) {
    // ENOTEMPTY has no class of its own.
    if (error instanceof Deno.errors.AlreadyExists || /os error (39|66)\b/.test(String(error))) return false;
    throw error;
  }
}

function create(path: string, content: string): Deno.FsFile {
  const file = Deno.openSync(path, { append: true, createNew: true, mode: 0o600 });
  try {
    if (content) writeAllSync(file, new TextEncoder().encode(content));
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}
