/**
 * Points the pages of the reference program at our server, as a remote node, and walks through all of them.
 * `deno task walk reference` points them at the reference program itself: that proves the checks;
 * `--without=error,stdout` takes members out of the answers: that proves that the checks see what is missing;
 * `--only=REGEX` makes only those checks; `--pictures=FOLDER` keeps what the page looked like after each.
 */
import { ensurePeer } from "../support/peer.ts";
import { BUTTON_CHECKS } from "./button_checks.ts";
import type { Check, Scene } from "./check.ts";
import { PAGE_CHECKS } from "./page_checks.ts";
import { seed } from "./seed.ts";
import { OURS, Stage } from "./stage.ts";
import { Tour } from "./visitor.ts";

/** Requests that fail without harm: a DAG has no webhook yet. */
const EXPECTED = [/^GET \/dags\/\w+\/webhook: (404|502) /];

/** @returns what went wrong, "" when nothing did */
async function problemOf({ run }: Check, scene: Scene): Promise<string> {
  let problem = "";
  try {
    await run(scene);
  } catch (error) {
    problem = (error as Error).message.split("\n", 1)[0];
  }
  const faults = scene.visitor.faults.filter((fault) => !EXPECTED.some((one) => one.test(fault)));
  return [problem, ...faults].filter((one) => one !== "").join("; ");
}

async function walk(): Promise<number> {
  const option = (name: string) =>
    Deno.args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3) ?? "";
  const reference = await ensurePeer();
  if (reference === "") throw new Error("The reference program is needed, and cannot be had here");
  await using stage = await Stage.build({
    reference,
    subject: Deno.args.includes("reference") ? [reference] : OURS,
    without: option("without").split(",").filter((name) => name !== ""),
  });
  const ids = await seed(stage.subject);
  await using tour = await Tour.begin(stage.pages);
  const checks = [...PAGE_CHECKS, ...BUTTON_CHECKS].filter(({ about }) =>
    new RegExp(option("only")).test(about)
  );
  const pictures = option("pictures");
  let failed = 0;
  for (const check of checks) {
    await using visitor = await tour.visitor();
    const problem = await problemOf(check, { visitor, subject: stage.subject, ids });
    if (problem !== "") failed++;
    if (pictures !== "") await visitor.page.screenshot({ path: `${pictures}/${check.about}.png` });
    console.log(problem === "" ? `ok      ${check.about}` : `FAILED  ${check.about}: ${problem}`);
  }
  console.log(`\n${checks.length - failed} passed, ${failed} failed`);
  return failed;
}

if (import.meta.main) Deno.exitCode = await walk() === 0 ? 0 : 1;
