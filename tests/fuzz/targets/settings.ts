/** Configuration files and variables of the environment: what cannot be used is named with its place. */
import type { Config } from "../../../src/config/config.ts";
import { findLayout } from "../../../src/config/layout.ts";
import { configTemplate } from "../../../src/config/template.ts";
import { KEYS } from "../../../src/config/keys.ts";
import type { KeySpec } from "../../../src/config/key_spec.ts";
import { resolveConfig } from "../../../src/config/resolve.ts";
import { unknownKeys } from "../../../src/config/unknown_keys.ts";
import { parseConfigFile } from "../../../src/config/yaml_file.ts";
import { assert } from "../../assert.ts";
import { damageYaml, soup } from "../damage.ts";
import type { Target } from "../target.ts";

const FILE = "/h/config.yaml";
const SAMPLE = `${configTemplate({}).replace(/^#(?= *\w+:)/gm, "")}
remoteNodes:
  - { name: other, apiBaseURL: "https://other/api/v2", isAuthToken: true, authToken: t }
worker: { labels: { gpu: "yes", zone: a } }
`;
const VALUES = [
  "1",
  "-1",
  "yes",
  "8080",
  "10s",
  "/x",
  "~",
  "$HOME",
  "${X}",
  "a=b",
  ",",
  "Europe/Berlin",
  "[]",
  "{}",
];

function resolved(files: Parameters<typeof resolveConfig>[0]["files"], env: Record<string, string>): Config {
  const place = { env, userHome: "/u", cwd: "/w" };
  const layout = findLayout({ ...place, flag: "/h", legacyHomeExists: () => false });
  const config = resolveConfig({
    ...place,
    layout,
    flags: {},
    files,
    scopes: ["core", "server", "scheduler"],
    warnings: [],
  });
  for (const [key, value] of Object.entries(config.paths)) {
    assert(typeof value !== "string" || value === "" || value.startsWith("/"), `paths.${key}: ${value}`);
  }
  return config;
}

export const SETTINGS: Readonly<Record<string, Target>> = {
  "configuration file": {
    make: (random) => damageYaml(SAMPLE, random),
    check(text) {
      const file = { path: FILE, ...parseConfigFile(FILE, text) };
      const unknown = unknownKeys(file).map(({ key, place }) => `${place}: ${key}`).join("\n");
      return unknown + resolved([file], {}).warnings.join("\n");
    },
  },
  environment: {
    make(random) {
      const names = (KEYS as readonly KeySpec[]).flatMap(({ env }) => env);
      const lines = Array.from(
        { length: 1 + random.below(4) },
        () => `${random.pick(names)}=${soup(random, VALUES, 3)}`,
      );
      return lines.join("\0\0");
    },
    check(text) {
      const pairs = text.split("\0\0").map((line) => line.split("=", 2) as [string, string]);
      return resolved([], Object.fromEntries(pairs)).warnings.join("\n");
    },
  },
};
