/**
 * Shapes of the parts of a {@link Dag} that only single executors and services read. The loader guarantees them:
 * `dag.container as ContainerDecl | null`. All texts are templates; "" and empty lists mean "not given".
 */
import type { EnvEntry } from "./dag.ts";

/** `container` of a DAG or step. Either `exec` (a running container) or `image` is given. */
export interface ContainerDecl {
  readonly exec: string;
  readonly image: string;
  readonly name: string;
  readonly pullPolicy: "always" | "never" | "missing";
  readonly env: readonly EnvEntry[];
  readonly volumes: readonly string[];
  readonly user: string;
  readonly workingDir: string;
  readonly platform: string;
  readonly ports: readonly string[];
  readonly network: string;
  readonly keepContainer: boolean;
  readonly startup: "keepalive" | "entrypoint" | "command";
  readonly command: readonly string[];
  readonly waitFor: "running" | "healthy";
  readonly logPattern: string;
  readonly restartPolicy: string;
}

/** `ssh` of a DAG: defaults for its ssh steps. */
export interface SshDecl {
  readonly user: string;
  readonly host: string;
  /** Default "22". */
  readonly port: string;
  readonly key: string;
  /** Of the key. */
  readonly passphrase: string;
  readonly password: string;
  /** `true`, or the socket of a key agent. */
  readonly agent: string;
  /** Default true. */
  readonly strictHostKey: boolean;
  readonly knownHostFile: string;
  readonly shell: string;
  readonly shellArgs: readonly string[];
  /** For connection and login, such as `30s`. */
  readonly timeout: string;
  /** Host through which the other one is reached. */
  readonly bastion: SshBastionDecl | null;
}

/** `bastion` of `ssh`; what it leaves out, but the user, it does not have. */
export interface SshBastionDecl {
  readonly user: string;
  readonly host: string;
  readonly port: string;
  readonly key: string;
  readonly passphrase: string;
  readonly password: string;
  readonly agent: string;
}

export interface ThinkingDecl {
  readonly enabled: boolean;
  readonly effort: "" | "low" | "medium" | "high" | "xhigh";
  /** 0 leaves it to the provider. */
  readonly budgetTokens: number;
  readonly includeInOutput: boolean;
}

/** `llm` of a DAG or of a chat step; what a step leaves out it has from its DAG. null leaves it to the provider. */
export interface LlmDecl {
  readonly provider: string;
  readonly model: string;
  readonly system: string;
  /** 0 to 2. */
  readonly temperature: number | null;
  readonly maxTokens: number | null;
  /** 0 to 1. */
  readonly topP: number | null;
  readonly baseUrl: string;
  readonly apiKeyName: string;
  /** Default true. */
  readonly stream: boolean;
  readonly thinking: ThinkingDecl | null;
}

/** One entry of `messages`. */
export interface MessageDecl {
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly content: string;
}

/** `otel` of a DAG. */
export interface OtelDecl {
  readonly enabled: boolean;
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly insecure: boolean;
  /** 0 means the default. */
  readonly timeoutMs: number;
  readonly resource: Readonly<Record<string, unknown>>;
}

/** One entry of `registryAuths`, by host. The host `_json` holds a whole docker configuration in `auth`. */
export interface RegistryAuthDecl {
  readonly username: string;
  readonly password: string;
  readonly auth: string;
}
