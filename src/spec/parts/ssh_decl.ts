/** `ssh` of a DAG. */
import type { SshBastionDecl, SshDecl } from "../../core/declarations.ts";
import type { ObjectValue } from "../decode.ts";
import { shellDecl } from "./shell_decl.ts";

export function sshDecl(dag: ObjectValue): SshDecl | null {
  const fields = dag.object("ssh");
  if (!fields) return null;
  const shell = shellDecl(fields, "shell");
  return {
    user: fields.text("user"),
    host: fields.text("host"),
    port: fields.text("port") || "22",
    key: fields.text("key"),
    passphrase: fields.raw("passphrase"),
    password: fields.raw("password"),
    agent: fields.text("agent"),
    strictHostKey: fields.bool("strictHostKey", true),
    knownHostFile: fields.text("knownHostFile"),
    shell: shell?.program ?? "",
    shellArgs: shell?.args ?? [],
    timeout: fields.text("timeout"),
    bastion: bastionDecl(fields.object("bastion")),
  };
}

function bastionDecl(fields: ObjectValue | null): SshBastionDecl | null {
  if (!fields) return null;
  return {
    user: fields.text("user"),
    host: fields.text("host"),
    port: fields.text("port") || "22",
    key: fields.text("key"),
    passphrase: fields.raw("passphrase"),
    password: fields.raw("password"),
    agent: fields.text("agent"),
  };
}
