/** Definitions and base configurations: the reader, the one who only glances, and the way to TypeScript and back. */
import { formatIssue } from "../../../src/core/errors.ts";
import { Glance } from "../../../src/spec/glance.ts";
import { checkDag } from "../../../src/spec/load.ts";
import { assert, assertEquals } from "../../assert.ts";
import { roundTrip } from "../../support/round_trip.ts";
import { definitions } from "../corpus.ts";
import { damageYaml } from "../damage.ts";
import type { Target } from "../target.ts";

const FILE = "/dags/x.yaml";
const SOUND = { file: FILE, text: "steps: [echo]\n" };
const NEEDED = ["name", "schedule", "skipIfSuccessful", "queue", "maxActiveRuns", "workerSelector"] as const;

/** Mistakes are told with a place, one line each. */
function said(issues: ReturnType<typeof checkDag>["issues"], text: string): string {
  const lines = text.split(/\r\n|\r|\n/).length;
  for (const issue of issues) {
    const { line = 0, column = 0 } = issue.position ?? {};
    assert(line >= 1 && line <= lines && column >= 1, `no place in the file: ${formatIssue(issue)}`);
  }
  return issues.map(formatIssue).join("\n");
}

export function definitionTargets(): Readonly<Record<string, Target>> {
  const samples = definitions();
  const make: Target["make"] = (random) => damageYaml(random.pick(samples), random);
  return {
    definition: {
      make,
      check(text) {
        const { dag, issues } = checkDag({ text, file: FILE });
        assertEquals(dag === null, issues.length > 0);
        return said(issues, text);
      },
    },
    base: {
      make,
      check(text) {
        return said(checkDag({ ...SOUND, base: { text, file: "/base.yaml" } }).issues, text);
      },
    },
    glance: {
      make,
      check(text) {
        const seen = new Glance(null).at({ text, file: FILE });
        const { dag } = checkDag({ text, file: FILE });
        if (seen !== null && dag !== null) {
          assertEquals(seen, Object.fromEntries(NEEDED.map((name) => [name, dag[name]])));
        }
        return "";
      },
    },
    export: {
      make,
      check(text) {
        roundTrip({ file: FILE, text });
        return "";
      },
    },
  };
}
