/** `import crontab` and `import systemd`: jobs of another scheduler become definitions. */
import { type ForeignJobs, jobYaml, type Remark, uniqueNames } from "../../builder/moving_in/foreign_job.ts";
import type { Config } from "../../config/config.ts";
import { DaguError, messageOf } from "../../core/errors.ts";
import { createFileSync, ensureDirSync, existsSync } from "../../platform/files/files.ts";
import { checkDag } from "../../spec/load.ts";
import { formatIssue } from "../../core/errors.ts";

export interface ImportOptions {
  /** Files or folders; none for those that belong to the user or the machine. */
  readonly sources: readonly string[];
  /** Nothing is written. */
  readonly dryRun: boolean;
}

export interface ImportedJob {
  /** `file:line` that it comes from. */
  readonly place: string;
  /** Absolute path of the definition. */
  readonly path: string;
  readonly text: string;
  /** What a person should look at. */
  readonly remarks: readonly string[];
  /** A file of that name was there and stays. */
  readonly kept: boolean;
}

export interface ImportedJobs {
  readonly jobs: readonly ImportedJob[];
  readonly problems: readonly Remark[];
}

/** Writes a definition for each job, over none that exists. */
export function writeJobs(config: Config, found: ForeignJobs, dryRun: boolean): ImportedJobs {
  const names = uniqueNames(found.jobs);
  const problems = [...found.problems];
  const jobs = found.jobs.flatMap((job, index): ImportedJob[] => {
    const path = `${config.paths.dagsDir}/${names[index]}.yaml`;
    const text = jobYaml(job);
    const { dag, issues } = checkDag({ text, file: path, base: null });
    if (dag === null) {
      problems.push({ place: job.place, message: `cannot be moved: ${issues.map(formatIssue).join("; ")}` });
      return [];
    }
    return [{ place: job.place, path, text, remarks: job.remarks, kept: !put(path, text, dryRun) }];
  });
  return { jobs, problems };
}

function put(path: string, text: string, dryRun: boolean): boolean {
  if (dryRun) return !existsSync(path);
  try {
    ensureDirSync(path.slice(0, path.lastIndexOf("/")));
    return createFileSync(path, text);
  } catch (error) {
    throw new DaguError(`Cannot write "${path}": ${messageOf(error)}`, { cause: error });
  }
}
