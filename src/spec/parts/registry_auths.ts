/** `registryAuths` of a DAG. */
import type { RegistryAuthDecl } from "../../core/declarations.ts";
import type { ObjectValue } from "../decode.ts";
import { toText } from "../yaml/yaml_node.ts";

/** Logins by host, a docker configuration under `_json`; null when there are none. */
export function registryAuths(dag: ObjectValue): Readonly<Record<string, RegistryAuthDecl>> | null {
  const value = dag.get("registryAuths");
  if (!value) return null;
  if (!value.members) return { _json: { username: "", password: "", auth: toText(value.node) } };
  return Object.fromEntries(value.members.map(({ key, value: { node, object } }) => [
    key.text,
    {
      username: object?.text("username") ?? "",
      password: object?.raw("password") ?? "",
      auth: object ? object.text("auth") : toText(node),
    },
  ]));
}
