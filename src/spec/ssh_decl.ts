/** `ssh` of a DAG. */
import type { SshDecl } from "../core/declarations.ts";
import type { ObjectValue } from "./decode.ts";
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
    password: fields.raw("password"),
    strictHostKey: fields.bool("strictHostKey", true),
    knownHostFile: fields.text("knownHostFile"),
    shell: shell?.program ?? "",
    shellArgs: shell?.args ?? [],
  };
}
