/** Which layer may import which, as data. `docs/architecture.md` says why. */

export const LAYERS = [
  "core",
  "ports",
  "spec",
  "builder",
  "eval",
  "engine",
  "testing",
  "lint",
  "platform",
  "stores",
  "executors",
  "transport",
  "agent",
  "services",
  "config",
  "app",
  "cli",
  "web",
] as const;
export type Layer = (typeof LAYERS)[number];

/** Layers that are computation only: no Deno, clock, network, randomness or outside package. */
export const PURE: readonly Layer[] = [
  "core",
  "ports",
  "spec",
  "builder",
  "eval",
  "engine",
  "testing",
  "lint",
];

function above(layer: Layer, except: readonly Layer[] = []): Layer[] {
  return LAYERS.slice(0, LAYERS.indexOf(layer)).filter((one) => !except.includes(one));
}

export const MAY_IMPORT: Readonly<Record<Layer, readonly Layer[]>> = {
  core: [],
  ports: ["core"],
  spec: ["core"],
  builder: ["core", "spec"],
  eval: ["core", "ports", "spec"],
  engine: ["core", "ports", "eval"],
  testing: ["core", "ports", "spec", "builder", "eval", "engine"],
  lint: ["core", "spec", "eval"],
  platform: ["core", "ports"],
  stores: ["core", "ports", "spec", "platform"],
  executors: ["core", "ports", "eval", "platform"],
  transport: ["core", "ports", "platform"],
  agent: above("agent", ["executors", "testing", "lint"]),
  services: above("services", ["testing", "lint"]),
  config: ["core", "platform"],
  app: above("app"),
  cli: ["core", "platform", "config", "app"],
  web: ["core"],
};

/** Single files that a layer may import beyond {@link MAY_IMPORT}; `type` allows type imports only. */
export const ALSO: readonly { layer: Layer; to: RegExp; type: boolean }[] = [
  { layer: "config", to: /^src\/spec\/yaml\/[a-z_]+\.ts$/, type: false },
  { layer: "cli", to: /^src\/spec\/json_schema\.ts$/, type: false },
  { layer: "cli", to: /^src\/ports\//, type: true },
  { layer: "web", to: /^src\/services\/server\/(shape|routes|auth\/routes)\//, type: true },
];

/** Packages that a layer may use, and whether only by `import()`. */
export const PACKAGES: readonly { layer: Layer; specifier: RegExp; lazy: boolean }[] = [
  { layer: "spec", specifier: /^js-yaml$/, lazy: false },
  { layer: "eval", specifier: /^ajv(\/|$)/, lazy: true },
  { layer: "executors", specifier: /^nodemailer$/, lazy: false },
  { layer: "executors", specifier: /^(modern-tar|@zip\.js\/zip\.js)$/, lazy: false },
  { layer: "transport", specifier: /^@grpc\/grpc-js$/, lazy: true },
  { layer: "services", specifier: /^hono$/, lazy: false },
  { layer: "services", specifier: /^openid-client$/, lazy: true },
  { layer: "web", specifier: /^(@codemirror\/[a-z-]+|@lezer\/highlight)$/, lazy: false },
  { layer: "web", specifier: /^(preact(\/hooks)?|@preact\/signals)$/, lazy: false },
];

/**
 * Files that may use `Deno` and `node:`: the platform, what of the stores reads and writes files, and the code that
 * runs in the workers of executors, where permissions confine it.
 */
export const EFFECTS: readonly RegExp[] = [
  /^src\/platform\//,
  /^src\/stores\/(file|index)\//,
  /^src\/executors\/[a-z_]+\/worker(_[a-z_]+)?\.ts$/,
  /^src\/executors\/ts\/step_main\.ts$/,
];

/** Files that are loaded as programs of their own. */
export const PROGRAMS: readonly RegExp[] = [
  /^src\/executors\/[a-z_]+\/worker\.ts$/,
  /^src\/executors\/ts\/step_main\.ts$/,
  /^src\/web\/main\.tsx$/,
];

/** What each `start` loads: with all that these import at once, no `node:` module and one package. */
export const START_PATH: readonly string[] = [
  "cli.ts",
  "src/cli/commands/start.ts",
  "src/app/create_app.ts",
  "src/executors/shell/executor.ts",
];

/** Files that may be longer than the cap, each with its reason. */
export const LONG_FILES: Readonly<Record<string, string>> = {
  "src/builder/language.ts": "made from the tables of the language",
};

export const MAX_LINES = 500;
