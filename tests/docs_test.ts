/** The documentation agrees with the tables of the program, its links lead somewhere, its examples do what they say. */
import { DaguError } from "../src/core/errors.ts";
import { loadDag } from "../src/spec/load.ts";
import { docParts, fillParts, partNames } from "../tools/doc_parts.ts";
import { assert, assertEquals } from "./assert.ts";
import { type Block, blocksOf, runPage, wordOf } from "./support/doc_page.ts";

const ROOT = new URL("../", import.meta.url);

const pages = new Map(
  [
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    ...[...Deno.readDirSync(new URL("docs/", ROOT))].map(({ name }) => `docs/${name}`).sort(),
  ]
    .filter((path) => path.endsWith(".md"))
    .map((path) => [path, Deno.readTextFileSync(new URL(path, ROOT))]),
);

Deno.test("docs: every table of the program stands in them, as it is now", async () => {
  const parts = await docParts();
  const asked = [...pages.values()].flatMap(partNames);
  assertEquals([...parts.keys()].filter((name) => !asked.includes(name)), [], "parts that no page shows");
  for (const [path, text] of pages) {
    const filled = fillParts(text, parts);
    assert(plain(filled) === plain(text), `${path} is out of date: run "deno task docs"`);
  }
});

/** Without what the formatter does: it pads the columns of tables and breaks long lines. */
function plain(text: string): string {
  return text.replace(/\s+/g, " ").replace(/-{2,}/g, "--");
}

Deno.test("docs: every package has its reason", () => {
  const { imports } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT)));
  const reasons = pages.get("docs/dependencies.md")!;
  assertEquals(Object.keys(imports).filter((name) => !reasons.includes(`\`${name}\``)), []);
  const known = new Set([...reasons.matchAll(/`(@?[a-z][\w./-]+)`/g)].map(([, name]) => name!));
  const programs = new Set(["bwrap", "deno", "deno.lock", "permissions"]);
  assertEquals([...known].filter((name) => !(name in imports) && !programs.has(name)), []);
});

Deno.test("docs: links lead to pages and headings that exist", () => {
  for (const [path, text] of pages) {
    for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target!)) continue;
      const [file, anchor] = target!.split("#", 2) as [string, string | undefined];
      const url = file === "" ? new URL(path, ROOT) : new URL(file, new URL(path, ROOT));
      assert(exists(url), `${path}: there is no ${target}`);
      if (anchor === undefined) continue;
      assert(anchorsOf(Deno.readTextFileSync(url)).has(anchor), `${path}: there is no heading ${target}`);
    }
  }
});

function exists(url: URL): boolean {
  try {
    Deno.statSync(url);
    return true;
  } catch {
    return false;
  }
}

function anchorsOf(text: string): Set<string> {
  const headings = text.replace(/^```[^]*?^```$/gm, "").matchAll(/^#+ (.*)$/gm);
  return new Set(
    [...headings].map(([, title]) => title!.toLowerCase().replace(/[^\w\- ]/g, "").replaceAll(" ", "-")),
  );
}

Deno.test("docs: definitions are valid", () => {
  for (const [path, text] of pages) {
    for (const block of blocksOf(text).filter(({ language }) => language === "yaml")) {
      if (block.words.includes("plain")) continue;
      const problem = problemOf(block, path);
      if (block.words.includes("bad")) assert(problem !== "", `${path}:${block.line}: is valid`);
      else assertEquals(problem, "", `${path}:${block.line}`);
    }
  }
});

function problemOf(block: Block, path: string): string {
  try {
    loadDag({ text: block.text, file: `/${wordOf(block, "file") || "example.yaml"}`, base: null });
    return "";
  } catch (error) {
    if (error instanceof DaguError) return error.message;
    throw new Error(`${path}:${block.line}`, { cause: error });
  }
}

Deno.test("docs: TypeScript passes the compiler", async () => {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    const { exports } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT)));
    const imports = Object.fromEntries(
      Object.entries<string>(exports).map((
        [name, file],
      ) => [`@x/dagu${name.slice(1)}`, new URL(file, ROOT).href]),
    );
    await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify({ imports }));
    const files: string[] = [];
    const bad: string[] = [];
    for (const [path, text] of pages) {
      const page = `${folder}/${path.replaceAll("/", "-")}`;
      await Deno.mkdir(page);
      for (const block of blocksOf(text).filter(({ language }) => language === "ts")) {
        const file = `${page}/${wordOf(block, "file") || `line_${block.line}.ts`}`;
        await Deno.writeTextFile(file, block.text);
        files.push(file);
        if (block.words.includes("bad")) bad.push(file);
      }
    }
    const said = await compilerSays(folder, files);
    const wrong = new Set([...said.matchAll(/at file:\/\/([^:\s]+):\d+/g)].map(([, file]) => file!));
    assertEquals([...wrong].sort(), bad.sort(), said);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

async function compilerSays(folder: string, files: readonly string[]): Promise<string> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--quiet", "--no-lock", "--config", `${folder}/deno.json`, ...files],
    env: { NO_COLOR: "1", RUST_BACKTRACE: "0" },
    stdin: "null",
  }).output();
  return success ? "" : new TextDecoder().decode(stderr);
}

Deno.test("docs: programs that use the library print what the page says", async () => {
  const blocks = blocksOf(pages.get("docs/library.md")!);
  const folder = await Deno.realPath(await Deno.makeTempDir());
  let tried = 0;
  try {
    for (const [index, { language, words, text }] of blocks.entries()) {
      const next = blocks[index + 1];
      if (language !== "ts" || words.includes("bad") || next?.language !== "text") continue;
      tried++;
      const file = `${folder}/program.ts`;
      await Deno.writeTextFile(file, text);
      const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--no-check", "--config", new URL("deno.json", ROOT).pathname, file],
        cwd: folder,
        env: { DAGU_HOME: `${folder}/home`, NO_COLOR: "1" },
      }).output();
      assertEquals(
        new TextDecoder().decode(stdout),
        next.text,
        `line ${blocks[index]!.line}: ${new TextDecoder().decode(stderr)}`,
      );
    }
    assert(tried >= 4, `only ${tried} programs`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

for (const [path, text] of pages) {
  const blocks = blocksOf(text);
  if (!blocks.some((block) => block.words.includes("run"))) continue;
  Deno.test(`docs: examples of ${path}`, async () => {
    assertEquals(await runPage(blocks), []);
  });
}
