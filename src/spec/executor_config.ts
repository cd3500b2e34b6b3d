/** The keys that `config` of each kind of step may have. A kind without a table takes any. */
import { decodeObject, type ObjectValue } from "./decode.ts";
import {
  ANY,
  BOOL,
  either,
  fieldsOf,
  INT,
  list,
  map,
  requiredFields,
  SCALAR,
  type Shape,
  type Table,
  TEXT,
} from "./shape.ts";
import { SSH_CONFIG } from "./tables/service_tables.ts";
import { toJson } from "./yaml/yaml_node.ts";

/** Values may be templates, which are texts until the step runs. */
const FLAG: Shape = either(BOOL, TEXT);
const COUNT: Shape = either(INT, TEXT);

const HTTP: Table = {
  name: "httpConfig",
  doc: "the config of an http step",
  fields: () => [
    { name: "timeout", shape: COUNT, default: 0, doc: "Seconds for the whole exchange; 0 means no limit." },
    { name: "headers", shape: map(SCALAR), doc: "Headers of the request." },
    { name: "query", shape: map(SCALAR), doc: "Added to the query of the address." },
    { name: "body", shape: SCALAR, doc: "Body of the request; GET and HEAD have none." },
    { name: "silent", shape: FLAG, default: false, doc: "Print only the body of a successful answer." },
    { name: "debug", shape: FLAG, default: false, doc: "Describe request and answer on stderr." },
    { name: "json", shape: FLAG, default: false, doc: "Print the answer as one JSON object." },
    { name: "skipTLSVerify", shape: FLAG, default: false, doc: "Accept any certificate of the server." },
    { name: "caFile", shape: TEXT, doc: "Further certificate authorities, PEM." },
    { name: "certFile", shape: TEXT, doc: "Certificate to show to the server, PEM; needs `keyFile`." },
    { name: "keyFile", shape: TEXT, doc: "Key of `certFile`, PEM." },
  ],
};

const JQ: Table = {
  name: "jqConfig",
  doc: "the config of a jq step",
  fields: () => [
    { name: "raw", shape: FLAG, default: false, doc: "Print texts without quotes, everything else compact." },
  ],
};

const TS: Table = {
  name: "tsConfig",
  doc: "the config of a ts step",
  fields: () => [
    { name: "file", shape: TEXT, doc: "Module whose default function is the step, instead of `script`." },
    { name: "outputs", shape: list(SCALAR), doc: "Variables that `ctx.output(name, value)` may set." },
    { name: "memory", shape: COUNT, default: 256, doc: "MiB that the code may use." },
  ],
};

const HITL: Table = {
  name: "hitlConfig",
  doc: "the config of a hitl step",
  fields: () => [
    { name: "prompt", shape: TEXT, doc: "What is asked." },
    { name: "input", shape: list(SCALAR), doc: "Names of values that may be given with the approval." },
    { name: "required", shape: list(SCALAR), doc: "Those of them that must be given." },
  ],
};

const MAIL_STEP: Table = {
  name: "mailConfig",
  doc: "the config of a mail step",
  fields: () => [
    { name: "from", shape: TEXT, doc: "Sender." },
    { name: "to", shape: either(TEXT, list(SCALAR)), doc: "Receivers." },
    { name: "subject", shape: SCALAR, doc: "Subject." },
    { name: "message", shape: SCALAR, doc: "Text of the mail: HTML in which line ends count." },
    { name: "attachments", shape: either(TEXT, list(SCALAR)), doc: "Files to attach." },
  ],
};

const PATTERNS: Shape = either(TEXT, list(SCALAR));

const ARCHIVE: Table = {
  name: "archiveConfig",
  doc: "the config of an archive step",
  fields: () => [
    { name: "source", shape: TEXT, doc: "Archive to read, or file or folder to pack." },
    { name: "destination", shape: TEXT, doc: "Folder to unpack into, or archive to make." },
    {
      name: "format",
      shape: TEXT,
      doc: "`zip`, `tar`, `tar.gz`, `tar.bz2`, `tar.xz`, `tar.zst`; default: by the end of the name.",
    },
    {
      name: "compressionLevel",
      shape: COUNT,
      doc: "0 to 9, for tar.zst 1 to 22; default: that of the format.",
    },
    { name: "password", shape: SCALAR, doc: "Of an encrypted zip archive that is read." },
    { name: "overwrite", shape: FLAG, default: false, doc: "Replace files that exist." },
    { name: "preservePaths", shape: FLAG, default: true, doc: "Keep folders; else all files go into one." },
    { name: "stripComponents", shape: COUNT, default: 0, doc: "Leading parts of names to cut off." },
    { name: "include", shape: PATTERNS, doc: "Only what matches one of these (`*`, `**`, `?`, `[]`, `{}`)." },
    { name: "exclude", shape: PATTERNS, doc: "Nothing that matches one of these." },
    { name: "dryRun", shape: FLAG, default: false, doc: "Write nothing." },
    { name: "verbose", shape: FLAG, default: false, doc: "Print each name on stderr." },
    { name: "followSymlinks", shape: FLAG, default: false, doc: "Pack what links lead to." },
    {
      name: "verifyIntegrity",
      shape: FLAG,
      default: false,
      doc: "Read the whole archive: before, or after making it.",
    },
    {
      name: "continueOnError",
      shape: FLAG,
      default: false,
      doc: "Go on with the next member after a failure.",
    },
  ],
};

const DOCKER: Table = {
  name: "dockerConfig",
  doc: "the config of a docker step",
  fields: () => [
    { name: "image", shape: TEXT, doc: "Image to make a container from." },
    {
      name: "containerName",
      shape: TEXT,
      doc: "A running container to use; with `image` the name of the new one.",
    },
    { name: "pull", shape: either(BOOL, TEXT), default: "missing", doc: "`always`, `missing` or `never`." },
    { name: "platform", shape: TEXT, doc: "Such as linux/amd64." },
    { name: "autoRemove", shape: FLAG, default: true, doc: "Remove the container at its end." },
    { name: "workingDir", shape: TEXT, doc: "Folder inside." },
    { name: "volumes", shape: list(TEXT), doc: "`source:target[:ro|rw]`." },
    { name: "container", shape: map(ANY), doc: "Further members of the container in the engine's API." },
    { name: "host", shape: map(ANY), doc: "Its HostConfig." },
    { name: "network", shape: map(ANY), doc: "Its NetworkingConfig." },
    { name: "exec", shape: map(ANY), doc: "User, WorkingDir and Env for a running container." },
  ],
};

/** By type of step; a further kind is a further row. */
export const CONFIG_TABLES: ReadonlyMap<string, Table> = new Map([
  ["http", HTTP],
  ["jq", JQ],
  ["ts", TS],
  ["typescript", TS],
  ["hitl", HITL],
  ["mail", MAIL_STEP],
  ["archive", ARCHIVE],
  ["ssh", SSH_CONFIG],
  ["docker", DOCKER],
  ["container", DOCKER],
]);

/**
 * The `config` of a step under the names that its executor reads. Unknown keys, values of the wrong kind and
 * missing required keys are reported with their place.
 * @param owner the step, or its `executor` block
 * @param table keys that it may have; undefined for any
 */
export function executorConfig(
  owner: ObjectValue,
  table: Table | undefined,
): Readonly<Record<string, unknown>> {
  if (!table) return owner.json("config");
  const given = owner.get("config");
  if (given?.node.kind !== "map") {
    if (!owner.written("config")) {
      for (const { name } of requiredFields(table)) {
        owner.issue("config", `"${name}" is required in ${table.doc}`);
      }
    }
    return {};
  }
  const fields = decodeObject(given.node, table, given.path, owner.issues);
  const config: Record<string, unknown> = {};
  for (const { name } of fieldsOf(table)) {
    const value = fields.get(name);
    if (value) config[name] = toJson(value.node);
  }
  return config;
}
