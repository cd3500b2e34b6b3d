/**
 * The examples of a page of `docs/`. A fenced block says by its info string what it is for:
 *
 * - `yaml file=NAME`: a definition; it is written to the page's folder and has to be valid, with `bad` behind it
 *   it has to be refused, and with `plain` it is no definition;
 * - `sh run`: runs in that folder and has to end well, or with N for `exit=N`; with `needs=PROGRAM` only where that
 *   is to be had, see `needs.ts`;
 * - `text` right behind `sh run`: what that prints, where `…` stands for any text and `[DIR]` for the folder.
 */
import { type Need, needs } from "../needs.ts";
import { launcher, matches, runShell } from "./spec_case.ts";

export interface Block {
  readonly language: string;
  /** Words behind the language: `run`, `file=x.yaml`. */
  readonly words: readonly string[];
  readonly text: string;
  /** Counted from 1. */
  readonly line: number;
}

const FENCE = /^```(\S*)([^\n]*)\n([^]*?)^```$/gm;

export function blocksOf(page: string): Block[] {
  return [...page.matchAll(FENCE)].map((match) => ({
    language: match[1]!,
    words: match[2]!.trim().split(/\s+/).filter((word) => word !== ""),
    text: match[3]!,
    line: page.slice(0, match.index).split("\n").length,
  }));
}

/** The value of `name=value` among the words of a block, "" without one. */
export function wordOf(block: Block, name: string): string {
  return block.words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
}

/** Writes the files of a page, runs its commands in order; returns what is not as the page says. */
export async function runPage(blocks: readonly Block[]): Promise<string[]> {
  const dir = await Deno.realPath(await Deno.makeTempDir({ prefix: "docs-" }));
  try {
    await Deno.mkdir(`${dir}/bin`);
    await Deno.mkdir(`${dir}/work`);
    await Deno.writeTextFile(`${dir}/bin/dagu`, launcher(), { mode: 0o755 });
    const wrong: string[] = [];
    for (const [index, block] of blocks.entries()) {
      const file = wordOf(block, "file");
      if (file !== "") await Deno.writeTextFile(`${dir}/work/${file}`, block.text);
      if (block.language !== "sh" || !block.words.includes("run")) continue;
      if (!there(block)) continue;
      const next = blocks[index + 1];
      wrong.push(...await runBlock(block, next?.language === "text" ? next.text : "…", dir));
    }
    return wrong;
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** Whether what the block needs is there. Where it has to be, the block runs and says what is missing. */
function there(block: Block): boolean {
  const need = wordOf(block, "needs");
  if (need === "") return true;
  const { available, excused } = needs(need as Need);
  return available || (Deno.env.get("CI") === "true" && !excused);
}

async function runBlock(block: Block, expected: string, dir: string): Promise<string[]> {
  const { code, stdout: got, stderr } = await runShell(dir, "-c", block.text);
  const wanted = Number(wordOf(block, "exit") || "0");
  const problems: string[] = [];
  if (code !== wanted) {
    problems.push(
      `line ${block.line}: exit code ${code}, expected ${wanted}\n${got}${stderr}`,
    );
  }
  if (!matches(got.trimEnd(), expected.trimEnd().replaceAll("…", "[WILDCARD]"), `${dir}/work`)) {
    problems.push(
      `line ${block.line}: prints\n${got.replaceAll(`${dir}/work`, "[DIR]")}--- instead of\n${expected}`,
    );
  }
  return problems;
}
