/** What becomes of files on broken disks, and by the hands of others. */
import type { Random } from "../../fakes/random.ts";
import { damage, damageJson } from "../damage.ts";

export type Damage =
  | { readonly how: "text"; readonly path: string; readonly text: string }
  | { readonly how: "gone" | "folder" | "pipe" | "loop" | "link" | "locked"; readonly path: string }
  | { readonly how: "renamed"; readonly path: string; readonly to: string };

const NAMES = [
  "..x",
  "-rf",
  "a b",
  "é🙂",
  "x".repeat(200),
  "item_high_20269999_000000_001Z_x.json",
  ".hidden",
  "a\nb",
  "%00",
];

/** Some damage to one of the files. @param texts what is in them, by path */
export function someDamage(texts: ReadonlyMap<string, string>, random: Random): Damage {
  const path = random.pick([...texts.keys()]);
  const how = random.pick(
    ["text", "text", "text", "text", "gone", "folder", "pipe", "loop", "link", "locked", "renamed"] as const,
  );
  if (how === "text") return { how, path, text: damagedText(texts.get(path)!, random) };
  if (how !== "renamed") return { how, path };
  const parts = path.split("/");
  parts[random.below(parts.length)] = random.pick(NAMES);
  return { how, path, to: parts.join("/") };
}

/** A text of which lines may be JSON, sealed or not. */
export function damagedText(content: string, random: Random): string {
  if (random.chance(0.2) || content.trim() === "") return damage(content, random);
  if (random.chance(0.1)) return content.slice(0, random.below(content.length));
  const lines = content.trimEnd().split("\n");
  const at = random.below(lines.length);
  try {
    lines[at] = damageJson(lines[at]!.replace(/,"crc":"\w+"\}$/, "}"), random);
  } catch {
    return damage(content, random); // It is JSON as a whole, or none.
  }
  return `${lines.join("\n")}\n`;
}

/** Does it to the files below the folder. */
export function doDamage(folder: string, damage: Damage): void {
  const path = `${folder}/${damage.path}`;
  if (damage.how === "locked") return Deno.chmodSync(path, 0);
  if (damage.how === "renamed") {
    const to = `${folder}/${damage.to}`;
    Deno.mkdirSync(to.slice(0, to.lastIndexOf("/")), { recursive: true });
    return Deno.renameSync(path, to);
  }
  Deno.removeSync(path);
  if (damage.how === "text") Deno.writeTextFileSync(path, damage.text);
  else if (damage.how === "folder") Deno.mkdirSync(path);
  else if (damage.how === "pipe") new Deno.Command("mkfifo", { args: [path] }).outputSync();
  else if (damage.how === "loop") Deno.symlinkSync(path, path);
  else if (damage.how === "link") Deno.symlinkSync("/dev/zero", path);
}

/** Regular files below a folder with what is in them, by path. */
export function textsBelow(folder: string, below = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const { name, isDirectory, isFile } of Deno.readDirSync(`${folder}/${below}`)) {
    const path = below === "" ? name : `${below}/${name}`;
    if (isDirectory) { for (const [inner, text] of textsBelow(folder, path)) found.set(inner, text); }
    else if (isFile) found.set(path, Deno.readTextFileSync(`${folder}/${path}`));
  }
  return found;
}

/** Makes a folder as it was, with nothing beside. */
export function restore(folder: string, texts: ReadonlyMap<string, string>): void {
  Deno.removeSync(folder, { recursive: true });
  Deno.mkdirSync(folder);
  for (const [path, text] of texts) {
    const at = `${folder}/${path}`;
    Deno.mkdirSync(at.slice(0, at.lastIndexOf("/")), { recursive: true });
    Deno.writeTextFileSync(at, text);
  }
}
