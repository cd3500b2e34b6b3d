/** Steps of type `mail`. */
import type { SmtpConfig } from "../../core/dag.ts";
import { DaguError } from "../../core/errors.ts";
import { basename } from "../../platform/path.ts";
import type { StepTask } from "../../ports/executor.ts";
import type { SandboxManifest } from "../sandbox/sandboxed_executor.ts";
import { MAIL_LIMITS, mailPermissions, type MailRequest, mailRequest } from "./request.ts";

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
  const { config } = task.step.executor;
  const one = (key: string) => task.evaluate(textOf(config, key));
  const all = (key: string) => Promise.all(textsOf(config, key).map((text) => task.evaluate(text)));
  const [from, subject, message] = [await one("from"), await one("subject"), await one("message")];
  const to = (await all("to")).filter((address) => address.trim() !== "");
  const files = await all("attachments");
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

type Config = Readonly<Record<string, unknown>>;

function textOf(config: Config, key: string): string {
  const value = config[key];
  return value === undefined || value === null ? "" : String(value);
}

function textsOf(config: Config, key: string): string[] {
  const value = config[key];
  return Array.isArray(value)
    ? value.map(String)
    : value === undefined || value === null
    ? []
    : [String(value)];
}
