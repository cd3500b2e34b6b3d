/** Steps of type `archive`. */
import { messageOf } from "../../core/errors.ts";
import type { PermissionSet } from "../../core/permissions.ts";
import { isAbsolute, join } from "../../platform/files/path.ts";
import { findProgram } from "../../platform/process/program/programs.ts";
import { futurePath, outermostNew, realFile, realPath } from "../../platform/files/real_path.ts";
import { umaskOfUser } from "../../platform/process/umask.ts";
import type { StepTask } from "../../ports/executor.ts";
import { ConfigValues } from "../sandbox/config_values.ts";
import type { SandboxManifest } from "../sandbox/sandboxed_executor.ts";
import {
  ArchiveError,
  type ArchiveRequest,
  type Compression,
  formatOf,
  LINKS_FILE,
  type Operation,
  OPERATIONS,
  partOf,
} from "./request.ts";

const KEYS = [
  "source",
  "destination",
  "format",
  "compressionLevel",
  "password",
  "overwrite",
  "preservePaths",
  "stripComponents",
  "include",
  "exclude",
  "dryRun",
  "verbose",
  "followSymlinks",
  "verifyIntegrity",
  "continueOnError",
] as const;

export const ARCHIVE: SandboxManifest<ArchiveRequest> = {
  name: "archive",
  limits: { workers: 2, requestsPerWorker: 1 },
  prepare,
  permissions,
  // Links are what archives carry: they are stored and made as links.
  minds: "links",
};

/** Paths below one that is granted are not named again. */
function permissions(request: ArchiveRequest): PermissionSet {
  const { operation, source, destination, outermost, filter, alsoRead, dryRun } = request;
  const run = filter === "" ? {} : { run: [filter] };
  if (operation === "list" || dryRun) return { read: [source, ...alsoRead], ...run };
  const made = operation === "create" && outermost === destination
    ? [destination, partOf(destination)]
    : [outermost];
  return { read: [source, ...alsoRead, ...made], write: made, ...run };
}

async function prepare(task: StepTask): Promise<ArchiveRequest> {
  const { step } = task;
  const values = new ConfigValues(
    `the config of step "${step.name}"`,
    step.executor.config,
    KEYS,
    task.evaluate,
  );
  const operation = operationOf(await task.evaluate(step.commands[0]?.text ?? ""));
  const shown = { source: await values.text("source"), destination: await values.text("destination") };
  if (shown.source === "") {
    throw new ArchiveError("config", `Cannot ${operation} an archive: "source" is missing`);
  }
  if (shown.destination === "" && operation !== "list") {
    throw new ArchiveError("config", `Cannot ${operation} an archive: "destination" is missing`);
  }
  const password = await values.text("password");
  if (password !== "" && operation === "create") {
    throw new ArchiveError(
      "config",
      'Cannot create an archive with a "password": only reading them is supported',
    );
  }
  const dir = task.workingDir;
  const absolute = (path: string) => isAbsolute(path) ? join(path) : join(dir, path);
  const source = await realPath(absolute(shown.source));
  if (source === null) throw new ArchiveError("source", `There is no "${absolute(shown.source)}" (source)`);
  const format = formatOf(
    await values.text("format"),
    operation === "create" ? shown.destination : shown.source,
  );
  const destination = operation === "list" ? "" : await futurePath(absolute(shown.destination));
  const followLinks = operation === "create" && await values.flag("followSymlinks");
  const dryRun = await values.flag("dryRun");
  const read = task.permissions?.read;
  return {
    operation,
    format,
    source,
    destination,
    outermost: destination === "" ? "" : await outermostNew(destination),
    shown,
    level: values.has("compressionLevel") ? await values.int("compressionLevel") : -1,
    password,
    overwrite: await values.flag("overwrite"),
    preservePaths: !values.has("preservePaths") || await values.flag("preservePaths"),
    strip: Math.max(0, await values.int("stripComponents")),
    include: await values.texts("include"),
    exclude: await values.texts("exclude"),
    dryRun,
    verbose: await values.flag("verbose"),
    followLinks,
    verify: await values.flag("verifyIntegrity"),
    continueOnError: await values.flag("continueOnError"),
    filter: await filterOf(format.compression, task),
    alsoRead: !followLinks ? [] : read === true ? ["*"] : read ?? [],
    umask: umaskOfUser(),
    linksFile: operation === "extract" && !dryRun ? join(destination, LINKS_FILE) : "",
  };
}

function operationOf(command: string): Operation {
  const word = command.trim().toLowerCase();
  const operation = OPERATIONS.find((one) => one === word);
  if (operation) return operation;
  throw new ArchiveError("config", `Unknown archive command "${command}": expected create, extract or list`);
}

/** The program for formats that Deno has no codec for. */
async function filterOf(compression: Compression, task: StepTask): Promise<string> {
  const name = compression === "xz" ? "xz" : compression === "bz2" ? "bzip2" : "";
  if (name === "") return "";
  try {
    return await realFile(findProgram(name, task.env, task.workingDir));
  } catch (error) {
    throw new ArchiveError(
      "format",
      `Archives of type tar.${compression} need the program "${name}": ${messageOf(error)}`,
      error,
    );
  }
}
