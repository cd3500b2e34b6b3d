import { DaguError, messageOf } from "../../core/errors.ts";
import { createFileSync, removeIfExistsSync } from "../../platform/files/files.ts";

/** A script on disk for as long as it runs. */
export interface ScriptFile {
  readonly path: string;
  remove(): void;
}

/**
 * Writes a script (0700) into the working folder, where relative references of the script expect it; into
 * `scratchDir` when that one cannot be written.
 * @throws DaguError when neither can be written.
 */
export function writeScript(
  text: string,
  ending: string,
  workingDir: string,
  scratchDir: string,
): ScriptFile {
  let failure: unknown = null;
  for (const folder of [workingDir, scratchDir]) {
    for (let tries = 0; tries < 5; tries++) {
      const random = crypto.getRandomValues(new Uint32Array(2));
      const path = `${folder}/dagu_script-${random[0].toString(36)}${random[1].toString(36)}${ending}`;
      try {
        if (createFileSync(path, text, 0o700)) return { path, remove: () => removeQuietly(path) };
      } catch (error) {
        failure = error;
        removeQuietly(path);
        break;
      }
    }
  }
  throw new DaguError(
    `Cannot write the script into "${workingDir}" or "${scratchDir}": ${messageOf(failure)}`,
  );
}

/** A script that cannot be removed is no reason to fail a step. */
function removeQuietly(path: string): void {
  try {
    removeIfExistsSync(path);
  } catch {
    // It stays.
  }
}
