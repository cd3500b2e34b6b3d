import { tests } from "@x/dagu/dag";
import report from "./city_report.ts";

export default tests(report, [
  {
    name: "every city is in the report",
    steps: { Kyoto: 18, Lima: 19.5, Oslo: 5.5 },
    expect: {
      path: ["Kyoto", "Lima", "Oslo", "report"],
      steps: { report: { command: 're:^echo "Lima 19.5 C"$' } },
    },
  },
  {
    name: "without one city there is no report",
    steps: { Lima: { exitCode: 1 } },
    expect: { status: "failed", steps: { report: "aborted" } },
  },
  {
    name: "a report that fails is tried again",
    steps: { report: [{ exitCode: 1 }, ""] },
    expect: { steps: { report: { runs: 2 } }, takesSec: 8 },
  },
]);
