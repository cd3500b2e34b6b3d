/** Fields about the things that steps and runs use: mail, containers, remote hosts, models, secrets, traces. */
import { SMTP_SECURITY } from "../../core/dag.ts";
import {
  ANY,
  BOOL,
  either,
  type Field,
  fieldsOf,
  INT,
  list,
  map,
  object,
  SCALAR,
  type Table,
  TEXT,
  word,
} from "../shape.ts";

const PORT = either(TEXT, INT);
const WORDS = either(TEXT, list(SCALAR));

/** The forms of `env`. */
export const ENV = either(map(ANY), list(either(map(ANY), TEXT)));

export const SMTP: Table = {
  name: "smtp",
  doc: "smtp",
  fields: () => [
    { name: "host", shape: TEXT, doc: "Host of the mail server." },
    { name: "port", shape: PORT, doc: "Its port." },
    { name: "username", shape: TEXT, doc: "User name; without one no login is made." },
    { name: "password", shape: TEXT, doc: "Password." },
    {
      name: "security",
      shape: word(...SMTP_SECURITY),
      doc: "`tls` from the start, `starttls` (demanded) or `none`; default: tls on port 465, else starttls" +
        " when it is offered, demanded for a password that leaves the machine.",
    },
    { name: "skipTLSVerify", shape: BOOL, default: false, doc: "Accept any certificate." },
    {
      name: "caFile",
      shape: TEXT,
      doc: "PEM file with the authorities to trust, instead of the usual ones.",
    },
  ],
};

export const MAIL_ON: Table = {
  name: "mailOn",
  doc: "mailOn",
  fields: () => [
    { name: "failure", shape: BOOL, default: false, doc: "Mail when the run fails." },
    { name: "success", shape: BOOL, default: false, doc: "Mail when the run succeeds." },
    { name: "wait", shape: BOOL, default: false, doc: "Mail when the run waits for approval." },
  ],
};

export const MAIL: Table = {
  name: "mail",
  doc: "a mail setting",
  fields: () => [
    { name: "from", shape: TEXT, doc: "Sender." },
    { name: "to", shape: either(TEXT, list(TEXT)), merge: "append", doc: "Receivers." },
    { name: "prefix", shape: TEXT, doc: "Beginning of the subject." },
    { name: "attachLogs", shape: BOOL, default: false, doc: "Attach the logs of the steps." },
  ],
};

export const RUN_CONFIG: Table = {
  name: "runConfig",
  doc: "runConfig",
  fields: () => [
    { name: "disableParamEdit", shape: BOOL, default: false, doc: "No editing of parameters in the UI." },
    { name: "disableRunIdEdit", shape: BOOL, default: false, doc: "No editing of the run id in the UI." },
  ],
};

export const SECRET: Table = {
  name: "secret",
  doc: "a secret",
  fields: () => [
    { name: "name", shape: TEXT, required: true, doc: "Variable that holds the value." },
    { name: "provider", shape: TEXT, required: true, doc: "Where it comes from: env, file, ..." },
    { name: "key", shape: TEXT, required: true, doc: "Name of the value at the provider." },
    { name: "options", shape: map(TEXT), doc: "Further settings of the provider." },
  ],
};

export const OTEL: Table = {
  name: "otel",
  doc: "otel",
  fields: () => [
    { name: "enabled", shape: BOOL, default: false, doc: "Send traces." },
    {
      name: "endpoint",
      shape: TEXT,
      doc:
        "Address of the collector, which takes OTLP over HTTP; default: `http://localhost:4318/v1/traces`.",
    },
    { name: "headers", shape: map(SCALAR), doc: "Headers of each request." },
    { name: "insecure", shape: BOOL, default: false, doc: "No TLS, where the address does not say." },
    { name: "timeout", shape: TEXT, doc: "Time limit of a request, such as `10s`, which is the default." },
    {
      name: "resource",
      shape: map(ANY),
      doc: "Attributes of the resource; `service.name` is `dagu` by default.",
    },
  ],
};

export const CONTAINER: Table = {
  name: "container",
  doc: "a container",
  fields: () => [
    { name: "exec", shape: TEXT, doc: "Name of a running container to use." },
    { name: "image", shape: TEXT, doc: "Image to start a container from." },
    { name: "name", shape: TEXT, doc: "Name of the new container; random when empty." },
    {
      name: "pullPolicy",
      shape: either(BOOL, { kind: "word", words: ["always", "never", "missing", "true", "false"] }),
      default: "missing",
      doc: "When the image is fetched; true is always, false never.",
    },
    { name: "env", shape: ENV, merge: "append", doc: "Environment inside." },
    { name: "volumes", shape: either(TEXT, list(TEXT)), merge: "append", doc: "`source:target[:ro|rw]`." },
    { name: "user", shape: SCALAR, doc: "User or user:group inside." },
    { name: "workingDir", aliases: ["workDir"], shape: TEXT, doc: "Folder inside." },
    { name: "platform", shape: TEXT, doc: "Such as linux/amd64." },
    {
      name: "ports",
      shape: either(SCALAR, list(SCALAR)),
      merge: "append",
      doc: "Published ports, in docker's short form.",
    },
    { name: "network", shape: TEXT, doc: "Network to join." },
    { name: "keepContainer", shape: BOOL, default: false, doc: "Do not remove it after the run." },
    {
      name: "startup",
      shape: word("keepalive", "entrypoint", "command"),
      default: "keepalive",
      doc: "What the container itself runs.",
    },
    { name: "command", shape: WORDS, doc: "Command for `startup: command`." },
    {
      name: "waitFor",
      shape: word("running", "healthy"),
      default: "running",
      doc: "State that it must reach before steps run.",
    },
    { name: "logPattern", shape: TEXT, doc: "Regular expression that must appear in its log first." },
    { name: "restartPolicy", shape: TEXT, doc: "no, always, unless-stopped or on-failure." },
  ],
};

/** How to get to a host and log in there. */
const LOGIN: readonly Field[] = [
  { name: "user", shape: TEXT, doc: "User at the host; the user of this machine unless given." },
  { name: "host", aliases: ["ip"], shape: TEXT, doc: "Host." },
  { name: "port", shape: PORT, default: "22", doc: "Port." },
  {
    name: "key",
    shape: TEXT,
    doc: "File with the private key, or its text; the usual keys of `~/.ssh` unless given.",
  },
  { name: "passphrase", shape: TEXT, doc: "Passphrase of the key." },
  { name: "password", shape: TEXT, doc: "Password." },
  {
    name: "agent",
    shape: either(BOOL, TEXT),
    doc: "Use the key agent of SSH_AUTH_SOCK (true), or of this socket.",
  },
];

const BASTION: Table = { name: "bastion", doc: "a host on the way", fields: () => LOGIN };

export const SSH: Table = {
  name: "ssh",
  doc: "ssh",
  fields: () => [
    ...LOGIN,
    { name: "strictHostKey", shape: BOOL, default: true, doc: "Refuse hosts whose key is not known." },
    {
      name: "knownHostFile",
      shape: TEXT,
      doc: "File with the known keys; `~/.ssh/known_hosts` unless given.",
    },
    { name: "shell", shape: WORDS, doc: "Shell that runs the commands there." },
    {
      name: "timeout",
      shape: either(TEXT, INT),
      default: "30s",
      doc: "For connection and login; a number is seconds.",
    },
    { name: "bastion", shape: object(BASTION), doc: "Host through which the other one is reached." },
  ],
};

/** `config` of an ssh step: the same, with templates where the DAG has plain values. */
export const SSH_CONFIG: Table = {
  name: "sshConfig",
  doc: "the config of an ssh step",
  fields: () => [
    ...fieldsOf(SSH).map((field) =>
      field.name === "strictHostKey" ? { ...field, shape: either(BOOL, TEXT) } : field
    ),
    { name: "shellArgs", shape: list(SCALAR), doc: "Further arguments of the shell." },
  ],
};

const PROVIDERS = ["openai", "anthropic", "gemini", "openrouter", "local", "ollama", "vllm", "llama"];

const THINKING: Table = {
  name: "thinking",
  doc: "thinking",
  fields: () => [
    { name: "enabled", shape: BOOL, default: false, doc: "Let the model think first." },
    { name: "effort", shape: word("low", "medium", "high", "xhigh"), doc: "How much." },
    { name: "budgetTokens", shape: INT, doc: "At most this many tokens." },
    { name: "includeInOutput", shape: BOOL, default: false, doc: "Show the thoughts in the output." },
  ],
};

export const LLM: Table = {
  name: "llm",
  doc: "llm",
  fields: () => [
    { name: "provider", shape: { kind: "word", words: PROVIDERS }, doc: "Who serves the model." },
    { name: "model", shape: TEXT, doc: "Name of the model." },
    { name: "system", shape: TEXT, doc: "System prompt." },
    { name: "temperature", shape: { kind: "number", min: 0, max: 2 }, doc: "0 to 2." },
    { name: "maxTokens", shape: { kind: "int", min: 1 }, doc: "Longest answer." },
    { name: "topP", shape: { kind: "number", min: 0, max: 1 }, doc: "0 to 1." },
    { name: "baseURL", shape: TEXT, doc: "Address of the service." },
    { name: "apiKeyName", shape: TEXT, doc: "Variable that holds the key." },
    { name: "stream", shape: BOOL, default: true, doc: "Print the answer while it comes." },
    { name: "thinking", shape: object(THINKING), doc: "Settings of thinking." },
  ],
};

export const MESSAGE: Table = {
  name: "message",
  doc: "a message",
  fields: () => [
    {
      name: "role",
      shape: word("system", "user", "assistant", "tool"),
      required: true,
      doc: "Who says it.",
    },
    { name: "content", shape: TEXT, required: true, doc: "What is said." },
  ],
};

export const REGISTRY_AUTH: Table = {
  name: "registryAuth",
  doc: "a registry login",
  fields: () => [
    { name: "username", shape: TEXT, doc: "User name." },
    { name: "password", shape: TEXT, doc: "Password or token." },
    { name: "auth", shape: TEXT, doc: "Both, base64 encoded as docker stores them." },
  ],
};

/** A container: the name of a running one, or its description. */
export const CONTAINER_SHAPE = either(TEXT, object(CONTAINER));
