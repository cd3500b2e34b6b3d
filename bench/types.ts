/**
 * How long the compiler takes for a definition in TypeScript with many steps, and how much of that is the compiler's
 * own start: `deno run -A bench/types.ts [STEPS] [RUNS]`.
 */
const ROOT = new URL("../", import.meta.url);

function definition(steps: number, mistake: boolean): string {
  const step = (i: number) => {
    const depends = i === 0
      ? []
      : [`step_${i - 1}`, mistake && i === steps - 1 ? "nowhere" : `step_${i >> 1}`];
    return `{ name: "step_${i}", id: "s${i}", command: "echo ${i}", output: "OUT_${i}", depends: ${
      JSON.stringify([...new Set(depends)])
    }, retryPolicy: { limit: 2, intervalSec: 1 }, preconditions: [{ condition: "$A", expected: "1" }] },`;
  };
  const all = Array.from({ length: steps }, (_, i) => step(i)).join("\n");
  return `import { dag } from "@x/dagu/dag";\nexport default dag({ params: { A: 1 }, steps: [\n${all}\n] });\n`;
}

async function seconds(folder: string, name: string, text: string, run: number): Promise<number> {
  // What was checked once is not checked again.
  await Deno.writeTextFile(`${folder}/${name}.ts`, `${text}// ${run}\n`);
  const begin = performance.now();
  await new Deno.Command(Deno.execPath(), {
    args: ["check", "--quiet", "--no-lock", "--config", `${folder}/deno.json`, `${folder}/${name}.ts`],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
  return (performance.now() - begin) / 1000;
}

const [steps = 200, runs = 5] = Deno.args.map(Number);
const folder = await Deno.makeTempDir();
try {
  const imports = { "@x/dagu/dag": new URL("src/builder/dag.ts", ROOT).href };
  await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify({ imports }));
  const texts = {
    empty: "export default 1;\n",
    right: definition(steps, false),
    mistaken: definition(steps, true),
  };
  for (const [name, text] of Object.entries(texts)) {
    const taken: number[] = [];
    for (let run = 0; run <= runs; run++) taken.push(await seconds(folder, name, text, run));
    const sorted = taken.slice(1).sort((a, b) => a - b);
    console.log(
      `${name.padEnd(9)} median ${sorted[runs >> 1]!.toFixed(2)} s, ${sorted[0]!.toFixed(2)} to ${
        sorted.at(-1)!.toFixed(2)
      }`,
    );
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}
