/** The lines of a campaign: one for each check, with what was seen. */

/** Says what was seen; throws when a promise was broken. */
export type Check = () => Promise<string>;

/** Runs those that are named on the command line, else all. The process ends with 1 when one fails. */
export async function runChecks(checks: Readonly<Record<string, Check>>): Promise<void> {
  const named = Deno.args.filter((arg) => arg in checks);
  for (const [name, check] of Object.entries(checks)) {
    if (named.length > 0 && !named.includes(name)) continue;
    try {
      console.log(`ok      ${name}: ${await check()}`);
    } catch (error) {
      const [why] = (error instanceof Error ? error.message : String(error)).split("\n   at ");
      console.log(`FAILED  ${name}: ${why!.replaceAll("\n", " ").slice(0, 2000)}`);
      Deno.exitCode = 1;
    }
  }
}
