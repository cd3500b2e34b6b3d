/** Connection blocks of a DAG in the types that Dagu 1.30 stores; null when a block does not fit them. */
import { commandWords } from "./command_words.ts";
import { flag, isObject, text, textMap } from "./json_read.ts";
import { compact } from "./step_json.ts";

const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  "µs": 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** Nanoseconds of a duration such as `1m30s`; 0 when it is none. */
export function durationNanoseconds(duration: string): number {
  let total = 0;
  let rest = duration;
  for (
    let match;
    (match = /^(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/.exec(rest));
    rest = rest.slice(match[0].length)
  ) {
    total += Number(match[1]) * UNITS[match[2]];
  }
  return rest === "" ? Math.round(total) : 0;
}

export function sshToJson(ssh: unknown): Record<string, unknown> | null {
  if (!isObject(ssh)) return null;
  const fields = textMap({ ssh }, "ssh");
  const [shell = "", ...shellArgs] = commandWords(fields.shell ?? "");
  return compact({
    user: fields.user,
    host: fields.host ?? fields.ip,
    port: fields.port ?? "22",
    key: fields.key,
    password: fields.password,
    strictHostKey: ssh.strictHostKey !== false,
    knownHostFile: fields.knownHostFile,
    shell,
    shellArgs,
  });
}

export function otelToJson(otel: unknown): Record<string, unknown> | null {
  if (!isObject(otel)) return null;
  return compact({
    enabled: flag(otel, "enabled"),
    endpoint: text(otel, "endpoint"),
    headers: textMap(otel, "headers"),
    insecure: flag(otel, "insecure"),
    timeout: durationNanoseconds(text(otel, "timeout")),
    resource: isObject(otel.resource) ? otel.resource : null,
  });
}

export function registryAuthsToJson(auths: unknown): Record<string, unknown> | null {
  if (typeof auths === "string" && auths !== "") return { _json: { auth: auths } };
  if (!isObject(auths)) return null;
  const json: Record<string, unknown> = {};
  for (const [host, auth] of Object.entries(auths)) {
    if (typeof auth === "string") json[host] = { auth };
    else if (isObject(auth)) json[host] = compact({ ...textMap(auths, host) });
  }
  return json;
}
