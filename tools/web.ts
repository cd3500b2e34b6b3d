/** Bundles the web page, which a server that runs from its sources also does by itself, and tells the sizes. */
import { bundleWeb } from "../src/platform/bundle/web_files.ts";
import { tool } from "./deno_command.ts";

if (import.meta.main) {
  await tool(async () => {
    const folder = await bundleWeb();
    for (const { name } of [...Deno.readDirSync(folder)].sort((a, b) => a.name < b.name ? -1 : 1)) {
      const { size } = await Deno.stat(`${folder}/${name}`);
      console.log(`${(size / 1024).toFixed(1).padStart(7)} KB  ${name}`);
    }
    console.log(folder);
  });
}
