import { assertEquals, assertRejects } from "../../../../tests/assert.ts";
import { DaguError } from "../../../core/errors.ts";
import { ModuleTexts } from "./module_texts.ts";

async function modules(
  body: (at: (name: string) => string, asked: string[], open: () => ModuleTexts) => Promise<void>,
): Promise<void> {
  const dir = Deno.makeTempDirSync({ prefix: "modules-" });
  const asked: string[] = [];
  const evaluate = async (file: string) => {
    asked.push(file.slice(dir.length + 1));
    const text = await Deno.readTextFile(file);
    if (text.includes("wrong")) throw new DaguError("it is wrong");
    return `steps: [] # ${asked.length}\n`;
  };
  try {
    await body((name) => `${dir}/${name}`, asked, () => new ModuleTexts(evaluate, `${dir}/cache`));
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
}

Deno.test("texts of modules: evaluated once for each change of what they are made of", () =>
  modules(async (at, asked, open) => {
    Deno.writeTextFileSync(at("flow.ts"), 'import "./lib.ts";\n');
    Deno.writeTextFileSync(at("lib.ts"), 'import "./flow.ts";\nexport const a = 1;\n');
    const texts = open();
    const both = await Promise.all([texts.read(at("flow.ts")), texts.read(at("flow.ts"))]);
    assertEquals([...both, await texts.read(at("flow.ts"))], Array(3).fill("steps: [] # 1\n"));
    assertEquals(await open().read(at("flow.ts")), "steps: [] # 1\n", "another process finds it on the disk");
    Deno.writeTextFileSync(at("lib.ts"), "export const a = 2;\n");
    assertEquals(await texts.read(at("flow.ts")), "steps: [] # 2\n");
    assertEquals(asked, ["flow.ts", "flow.ts"]);
  }));

Deno.test("texts of modules: what is wrong is told again without evaluating it, by this process", () =>
  modules(async (at, asked, open) => {
    Deno.writeTextFileSync(at("flow.ts"), "wrong\n");
    const texts = open();
    for (let i = 0; i < 3; i++) {
      await assertRejects(() => texts.read(at("flow.ts")), DaguError, "it is wrong");
    }
    assertEquals(asked.length, 1);
    await assertRejects(() => open().read(at("flow.ts")), DaguError, "it is wrong");
    assertEquals(asked.length, 2);
    await assertRejects(() => texts.read(at("none.ts")), DaguError, "There is no file");
  }));
