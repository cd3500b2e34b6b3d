/** Steps of type `ssh`. */
import type { StepTask } from "../../ports/executor.ts";
import type { SandboxManifest } from "../sandbox/sandboxed_executor.ts";
import { checkFiles, sshSettings } from "./config.ts";
import { remotePrograms } from "./remote_program.ts";
import { SSH_LIMITS, sshPermissions, type SshRequest } from "./request.ts";

export const SSH: SandboxManifest<SshRequest> = {
  name: "ssh",
  limits: SSH_LIMITS,
  prepare,
  permissions: sshPermissions,
  open: checkFiles,
};

async function prepare(task: StepTask): Promise<SshRequest> {
  if (task.step.commands.length === 0 && task.step.script === "") return { hops: [], programs: [] };
  const { hops, shell } = await sshSettings(task);
  return { hops, programs: await remotePrograms(task, shell) };
}
