/** Writes the parts of `docs/` that are made from tables, and the types of definitions; `tests/docs_test.ts` tells when they are out of date. */
import { writeBuilderTypes } from "./builder_types.ts";
import { deno } from "./deno_command.ts";
import { docParts, fillParts } from "./doc_parts.ts";

const DOCS = new URL("../docs/", import.meta.url);

if (import.meta.main) {
  const parts = await docParts();
  for (const entry of Deno.readDirSync(DOCS)) {
    if (!entry.name.endsWith(".md")) continue;
    const file = new URL(entry.name, DOCS);
    const old = Deno.readTextFileSync(file);
    const text = fillParts(old, parts);
    if (text !== old) Deno.writeTextFileSync(file, text);
  }
  await deno(["fmt", "--quiet", "docs"]);
  await writeBuilderTypes();
}
