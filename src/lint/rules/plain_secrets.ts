/** Secrets that stand in the definition for everybody who may read it. */
import type { MapNode, ScalarNode, YamlNode } from "../../spec/yaml/yaml_node.ts";
import type { Report, Rule } from "../rule.ts";
import { scalarPlace } from "../scalar_place.ts";

const NAME =
  /(?:^|[_-])(?:password|passwd|passphrase|secret|token|api[_-]?key|private[_-]?key|access[_-]?key|credentials?)$/i;
/** Fields of the language that hold a secret. */
const FIELDS = /^(?:password|passphrase|auth)$/i;
/** Values that are none: references, files, empty ones. */
const REFERENCE = /[$`]|^$|^\/|^~\//;

const MARKS: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: "a private key", pattern: /-----BEGIN (?:[A-Z ]+ )?PRIVATE KEY-----/ },
  { what: "an access key of AWS", pattern: /\bAKIA[0-9A-Z]{16}\b/ },
  { what: "a token of GitHub", pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{22,})/ },
  { what: "a token of Slack", pattern: /\bxox[abprs]-[A-Za-z0-9-]{10,}/ },
  { what: "an API key", pattern: /\bsk-[A-Za-z0-9_-]{20,}/ },
  { what: "a password in an address", pattern: /\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s/:@$"'{}]+:[^\s/@$"'{}]+@/ },
  { what: "a login of curl", pattern: /\bcurl\b[^\n]{0,300}?\s(?:-u|--user)[ =]?["']?[^\s:"'$]+:[^\s"'$]+/ },
  { what: "an access token", pattern: /\bauthorization:\s*(?:bearer|basic|token)\s+[A-Za-z0-9+/=._-]{8,}/i },
];

export const plainSecrets: Rule = {
  name: "plain-secret",
  level: "error",
  doc: "A password, token or key stands in the definition in plain text.",
  check: ({ root }) => inMap(root),
};

const FIX =
  "take it from a provider: secrets: [{ name: TOKEN, provider: env, key: MY_TOKEN }], and refer to ${TOKEN}";

function inNode(node: YamlNode): Report[] {
  if (node.kind === "map") return inMap(node);
  if (node.kind === "list") return node.items.flatMap(inNode);
  return marked(node);
}

function inMap(map: MapNode): Report[] {
  return map.entries.flatMap(({ key, value }) => {
    // What tests play is made up.
    if (key.text === "tests" || key.text === "secrets") return [];
    if (value.kind !== "scalar" || !isSecret(key.text, value)) return inNode(value);
    return [report(value, `the value of ${key.text}`)];
  });
}

function isSecret(name: string, { type, text }: ScalarNode): boolean {
  if (type !== "string" && type !== "int") return false;
  return (NAME.test(name) || FIELDS.test(name)) && !REFERENCE.test(text.trim());
}

function marked(node: ScalarNode): Report[] {
  for (const { what, pattern } of MARKS) {
    const match = pattern.exec(node.text);
    if (match) return [report(node, what, match.index)];
  }
  const [, name, value] = /^([A-Za-z_][\w-]*)=(.*)$/.exec(node.text) ?? [];
  return name !== undefined && NAME.test(name) && !REFERENCE.test(value!.trim())
    ? [report(node, `the value of ${name}`)]
    : [];
}

function report(node: ScalarNode, what: string, offset = 0): Report {
  return {
    node,
    at: offset === 0 ? node.at : scalarPlace(node, offset).at,
    message: `${what} stands here in plain text, for everybody who may read the file or its history`,
    fix: FIX,
  };
}
