/** `doctor`: looks at a home and the machine it stands on. Nothing is changed but what is asked for. */
import type { Config } from "../../config/config.ts";
import type { Sources } from "../../config/load.ts";
import { messageOf } from "../../core/errors.ts";
import { examineActivity } from "./activity.ts";
import { examineDamage } from "./damage.ts";
import { type Finding, Notes } from "./finding.ts";
import { examineFolders } from "./folders.ts";
import { examineMachine } from "./machine.ts";
import { type Setting, settingsOf } from "./settings.ts";

export type { Finding } from "./finding.ts";

/** A finding, and what became of it. */
export interface Examined extends Omit<Finding, "fix"> {
  readonly fixable: boolean;
  readonly fixed: boolean;
}

export interface Examination {
  readonly settings: readonly Setting[];
  readonly findings: readonly Examined[];
}

const PARTS = {
  folders: examineFolders,
  activity: examineActivity,
  data: examineDamage,
  machine: examineMachine,
};

/** @param fix puts right what can be put right without harm */
export async function examine(
  config: Config,
  { origins, unknown }: Sources,
  fix: boolean,
): Promise<Examination> {
  const notes = new Notes("settings");
  for (const message of config.warnings) notes.add("note", message);
  for (const { key, place, near } of unknown) {
    notes.add(
      "warning",
      `${place}: "${key}" is no setting and does nothing`,
      near === "" ? "dagu schema config has all settings" : `did you mean "${near}"?`,
    );
  }
  const findings: Finding[] = notes.found;
  for (const [area, part] of Object.entries(PARTS)) {
    try {
      findings.push(...await part(config));
    } catch (error) {
      findings.push({
        area,
        level: "error",
        message: `Cannot be looked at: ${messageOf(error)}`,
        advice: "",
      });
    }
  }
  return {
    settings: settingsOf(config, origins),
    findings: findings.map((finding) => settled(finding, fix)),
  };
}

function settled({ fix, ...finding }: Finding, wanted: boolean): Examined {
  if (!fix || !wanted) return { ...finding, fixable: fix !== undefined, fixed: false };
  try {
    fix();
    return { ...finding, fixable: true, fixed: true };
  } catch (error) {
    return {
      ...finding,
      message: `${finding.message}; putting it right failed: ${messageOf(error)}`,
      fixable: true,
      fixed: false,
    };
  }
}
