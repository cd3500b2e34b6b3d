/** Does the job of the process of a TypeScript step. @returns its exit code */
export async function runStepJob(file: string): Promise<number> {
  const { runTsJob } = await import("../executors/ts/child.ts");
  return await runTsJob(file);
}
