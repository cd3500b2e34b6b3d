/** Queues: who runs, who waits, why, and until when. */
import type { DagList, Queues } from "../api/types.ts";
import { Empty, Loaded } from "../parts/blank.tsx";
import { PageHead } from "../parts/page_head.tsx";
import { useRowKeys } from "../parts/row_keys.ts";
import { QueuePanel } from "../queues/queue_panel.tsx";
import { useResource } from "../resource.ts";
import { useTitle } from "../title.ts";
import { usualMs } from "../workflows/workflow_order.ts";

export function Page() {
  useTitle("Queues");
  useRowKeys();
  const queues = useResource<Queues>("/queues", {
    on: ({ type }) => type === "queue" || type === "run" || type === "dags",
  });
  const dags = useResource<DagList>("/dags?perPage=1000&recent=20");
  const usual = new Map((dags.data?.dags ?? []).map((dag) => [dag.dag.name, usualMs(dag)]));
  const scheduled = (dags.data?.dags ?? []).filter(({ dag, suspended }) =>
    !suspended && (dag.schedule ?? []).length > 0
  );
  return (
    <>
      <PageHead title="Queues">
        {queues.data && (
          <span class="quiet">
            {queues.data.summary.totalRunning} running, {queues.data.summary.totalQueued} waiting
          </span>
        )}
      </PageHead>
      <Loaded of={queues} lines={8}>
        {({ queues }) => {
          const busy = queues.filter(({ running, queued }) => running.length + queued.length > 0);
          const idle = queues.filter((queue) => !busy.includes(queue));
          return (
            <>
              {busy.length === 0 && (
                <div class="panel">
                  <Empty title="No queue holds anything">
                    <p>What is enqueued waits here until there is room.</p>
                  </Empty>
                </div>
              )}
              <div class="queues">
                {busy.map((queue) => (
                  <QueuePanel
                    key={queue.name}
                    queue={queue}
                    usual={(name) => usual.get(name) ?? 0}
                    scheduled={scheduled}
                  />
                ))}
              </div>
              {idle.length > 0 && (
                <p class="quiet">
                  Empty:{" "}
                  {idle.map(({ name, maxConcurrency }) => `${name} (${maxConcurrency || "no limit"})`).join(
                    ", ",
                  )}
                </p>
              )}
            </>
          );
        }}
      </Loaded>
    </>
  );
}
