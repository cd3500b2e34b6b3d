/** `container` of a DAG or step. */
import type { ContainerDecl } from "../../core/declarations.ts";
import type { ObjectValue } from "../decode.ts";
import { envEntries } from "./env_entries.ts";
import { toText } from "../yaml/yaml_node.ts";

/** The only fields that a running container can be used with. */
const EXEC_FIELDS = ["exec", "user", "workingDir", "env"];
const IMAGE_FIELDS = [
  "name",
  "pullPolicy",
  "volumes",
  "platform",
  "ports",
  "network",
  "keepContainer",
  "startup",
  "command",
  "waitFor",
  "logPattern",
  "restartPolicy",
];

export function containerDecl(owner: ObjectValue, name: string): ContainerDecl | null {
  const value = owner.get(name);
  if (!value) return null;
  if (!value.object) {
    const exec = toText(value.node).trim();
    if (exec !== "") return { ...EMPTY, exec };
    owner.issue(name, "The name of the container is empty");
    return null;
  }
  const fields = value.object;
  check(fields);
  return {
    exec: fields.text("exec"),
    image: fields.text("image"),
    name: fields.text("name"),
    pullPolicy: pullPolicy(fields),
    env: envEntries(fields.get("env"), fields.issues),
    volumes: fields.texts("volumes"),
    user: fields.text("user"),
    workingDir: fields.text("workingDir"),
    platform: fields.text("platform"),
    ports: fields.texts("ports"),
    network: fields.text("network"),
    keepContainer: fields.bool("keepContainer"),
    startup: (fields.text("startup") || "keepalive") as ContainerDecl["startup"],
    command: fields.texts("command"),
    waitFor: (fields.text("waitFor") || "running") as ContainerDecl["waitFor"],
    logPattern: fields.raw("logPattern"),
    restartPolicy: fields.text("restartPolicy"),
  };
}

const EMPTY: ContainerDecl = {
  exec: "",
  image: "",
  name: "",
  pullPolicy: "missing",
  env: [],
  volumes: [],
  user: "",
  workingDir: "",
  platform: "",
  ports: [],
  network: "",
  keepContainer: false,
  startup: "keepalive",
  command: [],
  waitFor: "running",
  logPattern: "",
  restartPolicy: "",
};

function check(fields: ObjectValue): void {
  const exec = fields.text("exec") !== "";
  const image = fields.text("image") !== "";
  if (exec && image) {
    fields.issue("", '"exec" (a running container) and "image" (a new one) exclude each other');
  } else if (exec) {
    for (const name of IMAGE_FIELDS) {
      if (fields.has(name)) {
        fields.issue(name, `"${name}" cannot be used with "exec", only ${EXEC_FIELDS.slice(1).join(", ")}`);
      }
    }
  } else if (!image && !fields.written("image") && !fields.written("exec")) {
    fields.issue("", '"image" is required (or "exec" with the name of a running container)');
  } else if (!image) {
    fields.issue(fields.has("image") ? "image" : "exec", '"image" is empty');
  }
  if (fields.text("startup") === "command" && fields.texts("command").length === 0) {
    fields.issue("startup", '"startup: command" requires "command"');
  }
  const restart = fields.text("restartPolicy");
  if (restart !== "" && !/^(?:no|always|unless-stopped|on-failure(?::\d+)?)$/.test(restart)) {
    fields.issue(
      "restartPolicy",
      `Unknown restart policy "${restart}", expected no, always, unless-stopped or on-failure`,
    );
  }
}

function pullPolicy(fields: ObjectValue): ContainerDecl["pullPolicy"] {
  switch (fields.text("pullPolicy")) {
    case "true":
    case "always":
      return "always";
    case "false":
    case "never":
      return "never";
    default:
      return "missing";
  }
}
