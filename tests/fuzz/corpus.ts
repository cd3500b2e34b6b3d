/** Sound texts to begin with: the definitions of tests and examples, and those of a further folder. */
const ROOT = new URL("../../", import.meta.url);

/** All definitions below `tests/` and `examples/`, and below `further` where that is given. */
export function definitions(further = Deno.env.get("FUZZ_CORPUS")): string[] {
  const folders = [new URL("tests/", ROOT).pathname, new URL("examples/", ROOT).pathname];
  return [...folders, ...(further ? [further] : [])].flatMap((folder) => [...textsBelow(folder)]);
}

function* textsBelow(folder: string): Generator<string> {
  const entries = [...Deno.readDirSync(folder)].sort((a, b) => a.name < b.name ? -1 : 1);
  for (const { name, isDirectory } of entries) {
    const path = `${folder}/${name}`;
    if (isDirectory) yield* textsBelow(path);
    else if (/\.ya?ml$/.test(name)) yield Deno.readTextFileSync(path);
  }
}
