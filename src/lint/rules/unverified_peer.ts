/** Connections to whoever answers. */
import type { MapNode, YamlNode } from "../../spec/yaml/yaml_node.ts";
import type { Report, Rule } from "../rule.ts";

const OFF: Readonly<Record<string, { readonly value: string; readonly fix: string }>> = {
  skiptlsverify: { value: "true", fix: 'leave it out, and name the authority of the server in "caFile"' },
  stricthostkey: { value: "false", fix: 'leave it out, and put the key of the host into "knownHostFile"' },
};

export const unverifiedPeer: Rule = {
  name: "unverified-peer",
  level: "warning",
  doc: "A connection does not look at who answers: whoever stands between can read and change everything.",
  check: ({ root }) => inMap(root),
};

function inMap(map: MapNode): Report[] {
  return map.entries.flatMap(({ key, value }) => {
    const off = OFF[key.text.toLowerCase().replaceAll("_", "")];
    if (!off || value.kind !== "scalar" || value.text !== off.value) return inNode(value);
    return [{
      node: value,
      message: `"${key.text}: ${value.text}" accepts everybody who answers in place of the other side`,
      fix: off.fix,
    }];
  });
}

function inNode(node: YamlNode): Report[] {
  return node.kind === "map" ? inMap(node) : node.kind === "list" ? node.items.flatMap(inNode) : [];
}
