/** Declarations of a DAG about hosts, models, traces and logins, in the shape that Dagu 1.30 stores. */
import type {
  LlmDecl,
  OtelDecl,
  RegistryAuthDecl,
  SshBastionDecl,
  SshDecl,
  ThinkingDecl,
} from "../../../core/declarations.ts";
import { flag, isObject, type JsonObject, number, object, text, textMap, texts } from "./json_read.ts";
import { compact, milliseconds, nanoseconds } from "./json_write.ts";

export function sshToJson(ssh: SshDecl): Record<string, unknown> {
  return compact({ ...ssh, bastion: ssh.bastion && compact({ ...ssh.bastion }) });
}

export function sshFromJson(json: unknown): SshDecl | null {
  if (!isObject(json)) return null;
  return {
    user: text(json, "user"),
    host: text(json, "host"),
    port: text(json, "port") || "22",
    key: text(json, "key"),
    passphrase: text(json, "passphrase"),
    password: text(json, "password"),
    agent: text(json, "agent"),
    strictHostKey: flag(json, "strictHostKey"),
    knownHostFile: text(json, "knownHostFile"),
    shell: text(json, "shell"),
    shellArgs: texts(json, "shellArgs"),
    timeout: text(json, "timeout"),
    bastion: bastionFromJson(object(json, "bastion")),
  };
}

function bastionFromJson(json: JsonObject | null): SshBastionDecl | null {
  if (!json) return null;
  return {
    user: text(json, "user"),
    host: text(json, "host"),
    port: text(json, "port") || "22",
    key: text(json, "key"),
    passphrase: text(json, "passphrase"),
    password: text(json, "password"),
    agent: text(json, "agent"),
  };
}

export function otelToJson({ timeoutMs, ...otel }: OtelDecl): Record<string, unknown> {
  return compact({ ...otel, timeout: nanoseconds(timeoutMs) });
}

export function otelFromJson(json: unknown): OtelDecl | null {
  if (!isObject(json)) return null;
  return {
    enabled: flag(json, "enabled"),
    endpoint: text(json, "endpoint"),
    headers: textMap(json, "headers"),
    insecure: flag(json, "insecure"),
    timeoutMs: milliseconds(number(json, "timeout")),
    resource: object(json, "resource") ?? {},
  };
}

/** Numbers that are 0 mean something here and stay; `stream` is left out where it is true, as Dagu does. */
export function llmToJson({ baseUrl, temperature, topP, stream, ...llm }: LlmDecl): Record<string, unknown> {
  return {
    ...compact({ ...llm, baseURL: baseUrl, thinking: llm.thinking && compact({ ...llm.thinking }) }),
    ...(temperature === null ? {} : { temperature }),
    ...(topP === null ? {} : { topP }),
    ...(stream ? {} : { stream }),
  };
}

export function llmFromJson(json: unknown): LlmDecl | null {
  if (!isObject(json)) return null;
  const thinking = object(json, "thinking");
  return {
    provider: text(json, "provider"),
    model: text(json, "model"),
    system: text(json, "system"),
    temperature: numberOrNull(json, "temperature"),
    maxTokens: numberOrNull(json, "maxTokens"),
    topP: numberOrNull(json, "topP"),
    baseUrl: text(json, "baseURL"),
    apiKeyName: text(json, "apiKeyName"),
    stream: json.stream !== false,
    thinking: thinking && {
      enabled: flag(thinking, "enabled"),
      effort: text(thinking, "effort") as ThinkingDecl["effort"],
      budgetTokens: number(thinking, "budgetTokens"),
      includeInOutput: flag(thinking, "includeInOutput"),
    },
  };
}

type RegistryAuths = Readonly<Record<string, RegistryAuthDecl>>;

export function registryAuthsToJson(auths: RegistryAuths): Record<string, unknown> {
  return Object.fromEntries(Object.entries(auths).map(([host, auth]) => [host, compact({ ...auth })]));
}

export function registryAuthsFromJson(json: unknown): RegistryAuths | null {
  if (!isObject(json)) return null;
  return Object.fromEntries(
    Object.keys(json).map((host) => {
      const auth = object(json, host) ?? {};
      return [host, {
        username: text(auth, "username"),
        password: text(auth, "password"),
        auth: text(auth, "auth"),
      }];
    }),
  );
}

function numberOrNull(from: JsonObject, key: string): number | null {
  return typeof from[key] === "number" ? number(from, key) : null;
}
