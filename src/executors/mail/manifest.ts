/** Steps of type `mail`. */
import type { SmtpConfig } from "../../core/dag.ts";
import { DaguError } from "../../core/errors.ts";
import { basename } from "../../platform/files/path.ts";
import type { StepTask } from "../../ports/executor.ts";
import { ConfigValues } from "../sandbox/config_values.ts";
import type { SandboxManifest } from "../sandbox/sandboxed_executor.ts";
import { MAIL_LIMITS, mailPermissions, type MailRequest, mailRequest } from "./request.ts";

const KEYS = ["from", "to", "subject", "message", "attachments"] as const;

export const MAIL: SandboxManifest<MailRequest> = {
  name: "mail",
  limits: MAIL_LIMITS,
  prepare,
  permissions: mailPermissions,
};

async function prepare(task: StepTask): Promise<MailRequest> {
  const { smtp } = task.dag;
  if (!smtp) {
    throw new DaguError(
      `Cannot send the mail of step "${task.step.name}": its DAG has no "smtp" with a host`,
    );
  }
  const { name, executor } = task.step;
  const values = new ConfigValues(`the config of step "${name}"`, executor.config, KEYS, task.evaluate);
  const [from, subject] = [await values.text("from"), await values.text("subject")];
  const message = await values.text("message");
  const to = (await values.texts("to")).filter((address) => address.trim() !== "");
  const files = await values.texts("attachments");
  return await mailRequest(
    {
      smtp: await evaluated(smtp, task),
      from,
      to,
      subject,
      // The message is HTML in which line ends count.
      html: message.replaceAll(/\r?\n/g, "<br />\n"),
      attachments: files.filter((path) => path !== "").map((path) => ({ name: basename(path), path })),
    },
    task.workingDir,
    ["from: " + from, "to: " + to.join(", "), "subject: " + subject, "message: " + message].join("\n"),
  );
}

async function evaluated(smtp: SmtpConfig, task: StepTask): Promise<SmtpConfig> {
  const [host, port, username, password, caFile] = await Promise.all(
    [smtp.host, smtp.port, smtp.username, smtp.password, smtp.caFile].map((text) => task.evaluate(text)),
  );
  return { ...smtp, host: host!, port: port!, username: username!, password: password!, caFile: caFile! };
}
