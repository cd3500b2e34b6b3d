/** Volumes: `source:target[:options]`. */
import { DaguError } from "../../../core/errors.ts";
import { join } from "../../../platform/files/path.ts";

/**
 * A volume as the engine takes it: a source that begins with a dot is below `folder`, a plain name is a volume of the
 * engine.
 * @throws DaguError for a text of another form.
 */
export function bindText(text: string, folder: string): string {
  const [source = "", target = "", ...options] = text.split(":");
  if (source === "" || !target.startsWith("/") || options.length > 1) {
    throw new DaguError(
      `Cannot mount the volume "${text}": expected source:target or source:target:ro with an absolute target`,
    );
  }
  const place = source.startsWith(".") ? join(folder, source) : source;
  return [place, target, ...options].join(":");
}
