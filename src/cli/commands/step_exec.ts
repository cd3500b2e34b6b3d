import { defineCommand } from "../command.ts";

export const command = defineCommand({
  usage: "<job>",
  about: "Runs the code of a TypeScript step with the permissions of the step. Used by the program itself.",
  examples: [],
  flags: [],
  args: { min: 1, max: 1, what: "the file of a job" },
  rest: "",
  completes: "",
  scopes: [],
  async run(call) {
    const [job] = call.args as [string];
    const { runStepJob } = await import("../../app/step_job.ts");
    return await runStepJob(job);
  },
});
