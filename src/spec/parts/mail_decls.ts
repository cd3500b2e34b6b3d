/** The fields of a DAG about mail. */
import type { MailConfig, MailOn, SmtpConfig } from "../../core/dag.ts";
import type { ObjectValue } from "../decode.ts";

/** null without host and port. */
export function smtpConfig(dag: ObjectValue): SmtpConfig | null {
  const fields = dag.object("smtp");
  const host = fields?.text("host") ?? "";
  const port = fields?.text("port") ?? "";
  if (!fields || (host === "" && port === "")) return null;
  return {
    host,
    port,
    username: fields.text("username"),
    password: fields.raw("password"),
    security: fields.text("security") as SmtpConfig["security"],
    skipTlsVerify: fields.bool("skipTLSVerify"),
    caFile: fields.text("caFile"),
  };
}

export function mailOn(dag: ObjectValue): MailOn {
  const fields = dag.object("mailOn");
  return {
    failure: fields?.bool("failure") ?? false,
    success: fields?.bool("success") ?? false,
    wait: fields?.bool("wait") ?? false,
  };
}

/** `errorMail`, `infoMail` or `waitMail`. */
export function mailConfig(dag: ObjectValue, name: string): MailConfig | null {
  const fields = dag.object(name);
  if (!fields) return null;
  return {
    from: fields.text("from"),
    to: fields.texts("to").map((address) => address.trim()).filter((address) => address !== ""),
    prefix: fields.raw("prefix"),
    attachLogs: fields.bool("attachLogs"),
  };
}
