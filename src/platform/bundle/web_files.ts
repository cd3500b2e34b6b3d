/**
 * The files of the web page. They stand in a folder beside the bundle; where the program runs from its sources they
 * are bundled when they are first needed and kept until a source changes.
 */
import { isBundled } from "./bundled.ts";
import { DaguError } from "../../core/errors.ts";
import { gzipped, shortDigest } from "../gzip.ts";
import { bundleScripts } from "./web_bundler.ts";

/** Compressed with gzip, by name. Names hold a digest of the content, but that of {@link WEB_INDEX}. */
export type WebFiles = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/** Says which of the files the page begins with: a {@link WebIndex} as JSON, not compressed. */
export const WEB_INDEX = "index.json";

export interface WebIndex {
  readonly script: string;
  /** Scripts that the first one loads at once. */
  readonly preload: readonly string[];
  readonly style: string;
  readonly icon: string;
}

/** What the result depends on. */
const SOURCES = ["src/web", "src/core"];

/** @throws DaguError when the page cannot be bundled */
export async function readWebFiles(): Promise<WebFiles> {
  if (isBundled()) {
    const folder = new URL("./web/", import.meta.url).pathname;
    return readFolder(`${folder}${onlyFolderIn(folder)}`);
  }
  return readFolder(await bundleWeb());
}

/** Bundles the page into `dist/web/<digest of the sources>`, unless it stands there. @returns that folder */
export async function bundleWeb(): Promise<string> {
  if (!import.meta.url.startsWith("file:")) {
    throw new DaguError("Cannot bundle the web page: the program does not run from a folder of this machine");
  }
  const root = new URL("../../../", import.meta.url).pathname;
  const home = `${root}dist/web`;
  const target = `${home}/${await digestOfSources(root)}`;
  if (isFolder(target)) return target;
  const made = await bundleInto(root, makeFolder(home));
  return moveTo(made, home, target);
}

/** Another server may have made the same folder meanwhile. */
function moveTo(made: string, home: string, target: string): string {
  if (!made.startsWith(home)) return made;
  try {
    Deno.renameSync(made, target);
  } catch (error) {
    Deno.removeSync(made, { recursive: true });
    if (!isFolder(target)) throw error;
  }
  for (const { name } of Deno.readDirSync(home)) {
    const path = `${home}/${name}`;
    if (path !== target && !name.startsWith(".")) Deno.removeSync(path, { recursive: true });
  }
  return target;
}

/** A folder beside the target; where that cannot be written, one for temporary files. */
function makeFolder(home: string): string {
  try {
    Deno.mkdirSync(home, { recursive: true });
    return Deno.makeTempDirSync({ dir: home, prefix: "." });
  } catch {
    return Deno.makeTempDirSync({ prefix: "dagu-web-" });
  }
}

async function bundleInto(root: string, folder: string): Promise<string> {
  const scripts = `${folder}/scripts`;
  await bundleScripts(root, scripts);
  const put = (name: string, bytes: Uint8Array<ArrayBuffer>) =>
    gzipped(bytes).then((packed) => Deno.writeFileSync(`${folder}/${name}`, packed, { mode: 0o600 }));
  const entry = Deno.readFileSync(`${scripts}/main.js`);
  const script = `main-${await shortDigest(entry)}.js`;
  await put(script, entry);
  for (const { name } of Deno.readDirSync(scripts)) {
    if (name === "main.js") continue;
    const bytes = Deno.readFileSync(`${scripts}/${name}`);
    if (/["']\.\/main\.js["']/.test(new TextDecoder().decode(bytes))) {
      throw new DaguError(`Cannot bundle the web page: ${name} imports the entry`);
    }
    await put(name, bytes);
  }
  Deno.removeSync(scripts, { recursive: true });
  const style = new TextEncoder().encode(stylesOf(`${root}src/web/style`));
  const icon = Deno.readFileSync(`${root}src/web/icon.svg`);
  const index: WebIndex = {
    script,
    preload: importsOf(new TextDecoder().decode(entry)),
    style: `style-${await shortDigest(style)}.css`,
    icon: `icon-${await shortDigest(icon)}.svg`,
  };
  await put(index.style, style);
  await put(index.icon, icon);
  Deno.writeTextFileSync(`${folder}/${WEB_INDEX}`, JSON.stringify(index), { mode: 0o600 });
  return folder;
}

/** Styles of what all pages share, in the order in which they build on each other. */
const SHARED = ["tokens", "base", "rail", "states", "controls", "overlays", "parts"];

/** All style sheets as one, what pages share before their own, without comments and spare room. */
function stylesOf(folder: string): string {
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.endsWith(".css"));
  const order = (name: string) => SHARED.indexOf(name.slice(0, -".css".length)) >>> 0;
  return names.sort((a, b) => order(a) - order(b) || (a < b ? -1 : 1))
    .map((name) => Deno.readTextFileSync(`${folder}/${name}`))
    .join("\n")
    .replace(/\/\*[^]*?\*\//g, "")
    .replace(/\s+/g, " ")
    .replace(/ ?([{};,]) ?/g, "$1")
    .replace(/: /g, ":");
}

/** What a bundled script imports at its beginning. */
function importsOf(script: string): string[] {
  return [...script.matchAll(/(?:from|^import|;import)\s*"\.\/([\w-]+\.js)"/g)].map(([, name]) => name!);
}

async function digestOfSources(root: string): Promise<string> {
  const paths = [...SOURCES.flatMap((folder) => [...filesIn(`${root}${folder}`)]), `${root}deno.lock`].sort();
  const texts = paths.map((path) => `${path.slice(root.length)}\n${Deno.readTextFileSync(path)}`);
  const text = [Deno.version.deno, Deno.readTextFileSync(new URL(import.meta.url)), ...texts].join("\0");
  return await shortDigest(new TextEncoder().encode(text));
}

function* filesIn(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) yield* filesIn(path);
    else if (!name.endsWith("_test.ts") && !name.endsWith("_test.tsx")) yield path;
  }
}

function readFolder(folder: string): WebFiles {
  return new Map(
    [...Deno.readDirSync(folder)].filter(({ isFile }) => isFile)
      .map(({ name }) => [name, Deno.readFileSync(`${folder}/${name}`)]),
  );
}

function onlyFolderIn(folder: string): string {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) if (isDirectory) return name;
  throw new DaguError("The web page is missing in this program");
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
