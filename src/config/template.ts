/** A first `config.yaml`: the settings that people change most, each with its meaning and its default. */
import type { KeySpec } from "./key_spec.ts";
import { KEYS } from "./keys.ts";

const SHOWN = [
  "tz",
  "logFormat",
  "defaultShell",
  "host",
  "port",
  "behindProxy",
  "auth.mode",
  "tls.certFile",
  "tls.keyFile",
  "paths.dagsDir",
  "paths.dataDir",
  "paths.logDir",
  "queues.config",
  "scheduler.port",
];

/** What stands for a default that is empty or follows from others. */
const SAMPLES: Readonly<Record<string, string>> = {
  tz: "Europe/Berlin",
  defaultShell: "bash",
  "auth.mode": "builtin",
  "tls.certFile": "/etc/dagu/server.pem",
  "tls.keyFile": "/etc/dagu/server-key.pem",
  "queues.config": "[{ name: heavy, maxConcurrency: 2 }]",
};

const HEAD =
  `# Settings of dagu. A setting counts once the "#" at the beginning of its line is gone, and that of the line
# of its section. Flags and variables of the environment (DAGU_PORT) win over this file.
# All settings: dagu schema config. What is in effect, and where it comes from: dagu doctor.
`;

/** @param folders in effect, by their dotted keys; every line of the text is a comment */
export function configTemplate(folders: Readonly<Record<string, string>>): string {
  const lines: string[] = [HEAD];
  let section = "";
  for (const key of SHOWN) {
    const spec: KeySpec = (KEYS as readonly KeySpec[]).find((one) => one.key === key)!;
    const dot = key.indexOf(".");
    const above = key.slice(0, Math.max(0, dot));
    if (above !== section && above !== "") lines.push(`#${above}:\n`);
    section = above;
    const indent = above === "" ? "" : "  ";
    const allowed = spec.values.length > 0 ? `: ${spec.values.join(", ")}` : "";
    const value = SAMPLES[key] ?? folders[key] ?? String(spec.fallback);
    lines.push(`${indent}# ${spec.doc}${allowed}\n#${indent}${key.slice(dot + 1)}: ${value}\n`);
  }
  return lines.join("\n").replace(/^(#\w+:\n)\n/gm, "$1");
}
