import { DaguError } from "../../core/errors.ts";
import { type Call, defineCommand } from "../command.ts";
import { confirmed } from "../confirm.ts";
import { formatTime } from "../text/format.ts";
import { checkedQueue, JSON_FLAG } from "../flags/run_flags.ts";
import type { FlagSpec } from "../flags/flags.ts";
import { tableText } from "../text/table.ts";

const FLAGS = [
  JSON_FLAG,
  { name: "yes", short: "y", kind: "bool", doc: "Do not ask before the queue is emptied" },
] as const satisfies readonly FlagSpec[];

type QueueCall = Call<typeof FLAGS>;

export const command = defineCommand({
  usage: "<list|clear> [queue]",
  about:
    `Lists the runs that wait in a queue, or in all queues, in the order in which they start, and says why each
    waits; or takes every run out of a queue.`,
  examples: ["dagu queue list", "dagu queue list nightly --json", "dagu queue clear nightly --yes"],
  flags: FLAGS,
  args: { min: 1, max: 2, what: "list or clear" },
  rest: "",
  completes: ["list", "clear"],
  scopes: ["core"],
  async run(call) {
    const [what, queue = ""] = call.args as [string, string?];
    if (what === "list") return await list(call, queue === "" ? "" : checkedQueue("argument", queue));
    if (what === "clear" && queue !== "") return await clear(call, checkedQueue("argument", queue));
    throw new DaguError(
      what === "clear"
        ? 'Command "queue clear" needs the name of a queue: dagu queue clear <queue>'
        : `Cannot do "${what}" with queues: expected list or clear`,
    );
  },
});

async function list({ console, flags, app }: QueueCall, queue: string): Promise<number> {
  const runs = await (await app()).waiting(queue);
  if (flags.json) {
    console.out(`${
      JSON.stringify(
        runs.map(({ queuedAt, ...run }) => ({ ...run, queuedAt: new Date(queuedAt).toISOString() })),
        null,
        2,
      )
    }\n`);
    return 0;
  }
  if (runs.length === 0) {
    if (!flags.quiet) console.out("No runs wait\n");
    return 0;
  }
  const rows = runs.map(({ queue, priority, run, queuedAt, reason }) => [
    queue,
    priority,
    run.name,
    run.id,
    formatTime(queuedAt),
    reason,
  ]);
  console.out(tableText(["QUEUE", "PRIORITY", "DAG", "RUN ID", "QUEUED", "WHY"], rows));
  return 0;
}

async function clear({ console, flags, app }: QueueCall, queue: string): Promise<number> {
  if (!flags.yes) {
    const question = `This will remove every run that waits in the queue "${queue}".`;
    if (!await confirmed(console, question)) return 0;
  }
  const runs = await (await app()).clearQueue(queue);
  if (!flags.quiet) console.out(`Removed ${runs.length} run(s) from the queue "${queue}"\n`);
  return 0;
}
