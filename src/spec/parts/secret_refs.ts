/** `secrets` of a DAG. */
import type { SecretRef } from "../../core/dag.ts";
import type { ObjectValue } from "../decode.ts";

export function secretRefs(dag: ObjectValue): SecretRef[] {
  const names = new Set<string>();
  const refs: SecretRef[] = [];
  for (const { object } of dag.items("secrets")) {
    if (!object) continue;
    const ref = {
      name: object.text("name"),
      provider: object.text("provider"),
      key: object.text("key"),
      options: object.record("options"),
    };
    for (const field of ["name", "provider", "key"] as const) {
      if (ref[field] === "" && object.has(field)) {
        object.issue(field, `"${field}" of a secret must not be empty`);
      }
    }
    if (ref.name !== "" && names.has(ref.name)) {
      object.issue("name", `The secret "${ref.name}" is given twice, names must be unique`);
    }
    names.add(ref.name);
    refs.push(ref);
  }
  return refs;
}
