/** Size and bare start-up of the compiled program, against what they may be: printed, for people to judge. */
import { ROOT } from "./deno_command.ts";

const PROGRAM = `${ROOT}dist/dagu`;
const MIB = 1 << 20;
const SIZE_BUDGET = 125 * MIB;
/** Of the time that the bare runtime takes. */
const START_BUDGET = 1.5;
const ROUNDS = 25;

async function milliseconds(program: string, args: readonly string[]): Promise<number> {
  const begun = performance.now();
  const { success } = await new Deno.Command(program, {
    args: [...args],
    clearEnv: true,
    env: { HOME: "/nonexistent", DENO_NO_UPDATE_CHECK: "1" },
    stdout: "null",
    stderr: "null",
  }).output();
  if (!success) throw new Error(`${program} ${args.join(" ")} fails`);
  return performance.now() - begun;
}

const folder = await Deno.makeTempDir();
try {
  await Deno.writeTextFile(`${folder}/empty.js`, "");
  const bare = [Deno.execPath(), [
    "run",
    "--quiet",
    "--no-config",
    "--no-lock",
    `${folder}/empty.js`,
  ]] as const;
  const times: Record<"bare" | "program", number[]> = { bare: [], program: [] };
  for (let round = 0; round < ROUNDS; round++) {
    times.bare.push(await milliseconds(...bare));
    times.program.push(await milliseconds(PROGRAM, ["version"]));
  }
  const median = (list: number[]) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)]!;
  const [own, runtime] = [median(times.program), median(times.bare)];
  const { size } = await Deno.stat(PROGRAM);
  const verdict = (within: boolean) => within ? "within" : "BEYOND";
  console.log(
    `size: ${(size / MIB).toFixed(1)} MiB, ${verdict(size <= SIZE_BUDGET)} ${SIZE_BUDGET / MIB} MiB`,
  );
  console.log(
    `start: ${own.toFixed(1)} ms, bare runtime ${runtime.toFixed(1)} ms, ratio ${
      (own / runtime).toFixed(2)
    }, ` +
      `${verdict(own <= runtime * START_BUDGET)} ${START_BUDGET}`,
  );
} finally {
  await Deno.remove(folder, { recursive: true });
}
