/** Reports of runs by mail, sent by the worker of the mail steps. */
import { DaguError } from "../../core/errors.ts";
import type { StepLog } from "../../ports/executor.ts";
import type { Notifier, OutgoingMail } from "../../ports/notifier.ts";
import type { SandboxPool } from "../sandbox/pool.ts";
import { MAIL_LIMITS, mailPermissions, mailRequest } from "./request.ts";

export class MailNotifier implements Notifier {
  constructor(readonly pool: () => Promise<SandboxPool>) {}

  async send(mail: OutgoingMail, signal: AbortSignal): Promise<void> {
    const request = await mailRequest(mail, "/", null);
    const pool = await this.pool();
    const execution = pool.run({
      name: "mail",
      permissions: mailPermissions(request),
      request,
      log: SILENT,
      limits: MAIL_LIMITS,
    });
    const stop = () => execution.signal("SIGTERM");
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop);
    try {
      const { error } = await execution.done;
      if (error !== "") throw new DaguError(error);
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }
}

/** The worker prints nothing for a report. */
const SILENT: StepLog = { stdout: "", stderr: "", direct: false, write: () => Promise.resolve() };
