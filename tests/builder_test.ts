/** YAML -> TypeScript -> YAML gives the same definition: for the suite of the reference, the examples and the docs. */
import { exportTs } from "../src/builder/export_ts.ts";
import { checkDag } from "../src/spec/load.ts";
import { assert } from "./assert.ts";
import { blocksOf } from "./support/doc_page.ts";
import { roundTrip, type Sample } from "./support/round_trip.ts";

const ROOT = new URL("../", import.meta.url);
const SUITE = new URL(Deno.env.get("CONFORM_SUITE") ?? "../shared/conform", ROOT);

function* filesIn(folder: URL): Generator<URL> {
  for (const entry of Deno.readDirSync(folder)) {
    const url = new URL(`${encodeURIComponent(entry.name)}${entry.isDirectory ? "/" : ""}`, folder);
    if (entry.isDirectory) yield* filesIn(url);
    else if (/\.ya?ml$/.test(entry.name)) yield url;
  }
}

function samplesIn(folder: URL): Sample[] {
  return [...filesIn(folder)].map((url) => ({ file: url.pathname, text: Deno.readTextFileSync(url) }));
}

function samplesInDocs(): Sample[] {
  const docs = new URL("docs/", ROOT);
  const pages = [...Deno.readDirSync(docs)].filter(({ name }) => name.endsWith(".md")).map(({ name }) =>
    name
  );
  return pages.flatMap((name) =>
    blocksOf(Deno.readTextFileSync(new URL(name, docs))).filter(({ language }) => language === "yaml")
      .map(({ text, line }) => ({ file: `/docs/${name}:${line}.yaml`, text }))
  );
}

function exists(url: URL): boolean {
  try {
    return Deno.statSync(url).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

const CASES = new URL("cases/", `${SUITE}/`);
const suite = exists(CASES) ? samplesIn(CASES) : [];
const groups = [
  ["the examples", samplesIn(new URL("examples/", ROOT)), 5],
  ["definitions of the tests", samplesIn(new URL("tests/", ROOT)), 50],
  ["the documentation", samplesInDocs(), 40],
] as const;

for (const [title, samples, least] of [["the conformance suite", suite, 400] as const, ...groups]) {
  const missing = samples === suite && suite.length === 0;
  Deno.test({
    name: `export: there and back again, ${title}${missing ? ` (not found: ${CASES.pathname})` : ""}`,
    ignore: missing && (Deno.env.get("CI") !== "true" || Deno.env.has("NO_CONFORM_SUITE")),
    fn: () => {
      const tried = samples.filter(roundTrip).length;
      assert(tried >= least, `only ${tried} of ${samples.length} definitions could be read`);
    },
  });
}

Deno.test("export: what is exported from a valid definition passes the compiler", async () => {
  const valid = [suite, ...groups.map(([, samples]) => samples)].flat().filter((sample) =>
    checkDag(sample).dag !== null
  );
  const modules = valid.map(({ text, file }) => exportTs(text, file));
  const loose = modules.filter((text) => text.includes("untyped("));
  assert(loose.length * 50 < modules.length, `not looked at by the compiler:\n${loose.join("\n")}`);
  const folder = await Deno.makeTempDir();
  try {
    const imports = { "@x/dagu/dag": new URL("src/builder/dag.ts", ROOT).href };
    await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify({ imports }));
    const files = modules.map((_, index) => `${folder}/flow_${index}.ts`);
    for (const [index, file] of files.entries()) await Deno.writeTextFile(file, modules[index]!);
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["check", "--quiet", "--no-lock", "--config", `${folder}/deno.json`, ...files],
      env: { NO_COLOR: "1", RUST_BACKTRACE: "0" },
      stdin: "null",
    }).output();
    assert(success, new TextDecoder().decode(stderr));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
