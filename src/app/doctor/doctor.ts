/** `doctor`: looks at a home and the machine it stands on. Nothing is changed but what is asked for. */
import type { Config } from "../../config/config.ts";
import type { Origin } from "../../config/resolve.ts";
import { messageOf } from "../../core/errors.ts";
import { examineActivity } from "./activity.ts";
import { examineDamage } from "./damage.ts";
import type { Finding } from "./finding.ts";
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
  origins: readonly Origin[],
  fix: boolean,
): Promise<Examination> {
  const findings: Finding[] = config.warnings.map((message) => ({
    area: "settings",
    level: "note",
    message,
    advice: "",
  }));
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
