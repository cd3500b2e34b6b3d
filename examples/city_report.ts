/** A definition in TypeScript: a step for each city, and one that waits for all of them. */
import { dag, refs } from "@x/dagu/dag";

const head = { params: { UNIT: "C" } };
const $ = refs(head);

const cities = { Kyoto: [18, 21, 16], Lima: [19, 20], Oslo: [4, 7, 5, 6] };

const mean = (numbers: readonly number[]) =>
  `echo ${numbers.join(" ")} | awk '{ for (i = 1; i <= NF; i++) s += $i; print s / NF }'`;

export default dag({
  ...head,
  type: "graph",
  steps: [
    ...Object.entries(cities).map(([city, numbers]) => ({
      name: city,
      command: mean(numbers),
      output: `MEAN_${city}`,
    })),
    {
      name: "report",
      command: Object.keys(cities).map((city) => `echo "${city} \${MEAN_${city}} ${$.UNIT}"`),
      depends: Object.keys(cities),
      retryPolicy: { limit: 2, intervalSec: 5 },
    },
  ],
});
