/** Workers: who they are, what they carry, whether they are well. */
import { to } from "../addresses.ts";
import { Empty } from "../parts/blank.tsx";
import { StateMark } from "../parts/state_mark.tsx";
import { Age } from "../parts/time.tsx";
import type { Tone } from "../parts/tone.ts";
import { href } from "../router.ts";

export interface WorkerState {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly totalPollers: number;
  readonly busyPollers: number;
  readonly runningTasks: readonly {
    readonly dagRunId: string;
    readonly dagName: string;
    readonly startedAt: string;
    readonly rootDagRunName?: string;
    readonly rootDagRunId?: string;
  }[];
  readonly lastHeartbeatAt: string;
  readonly healthStatus: "healthy" | "warning" | "unhealthy";
}

const TONES: Readonly<Record<WorkerState["healthStatus"], readonly [Tone, string]>> = {
  healthy: ["ok", "Well"],
  warning: ["wait", "Late"],
  unhealthy: ["bad", "Silent"],
};

export function Workers({ workers }: { readonly workers: readonly WorkerState[] }) {
  return (
    <section class="panel">
      <header class="panel-head">
        <h2>Workers</h2>
        <span class="quiet">{workers.length}</span>
      </header>
      {workers.length === 0
        ? (
          <Empty title="No workers">
            <p>Runs are carried out on this machine.</p>
          </Empty>
        )
        : (
          <>
            {workers.map((worker) => <Worker key={worker.id} worker={worker} />)}
            <p class="workers-hint">
              To take one out of service, end it with SIGTERM: it begins nothing more and waits for what it
              carries.
            </p>
          </>
        )}
    </section>
  );
}

function Worker({ worker }: { readonly worker: WorkerState }) {
  const [tone, word] = TONES[worker.healthStatus];
  return (
    <article class="worker" data-row>
      <header>
        <StateMark tone={tone} label={word} word />
        <b class="cut">{worker.id}</b>
        {Object.entries(worker.labels).map(([name, value]) => (
          <span key={name} class="chip">{name}={value}</span>
        ))}
        <span class="worker-facts number">
          {worker.busyPollers} of {worker.totalPollers} slots, heard <Age at={worker.lastHeartbeatAt} ago />
        </span>
      </header>
      {worker.runningTasks.map((task) => (
        <p key={task.dagRunId}>
          <a
            class="link"
            href={href(to.run(task.rootDagRunName || task.dagName, task.rootDagRunId || task.dagRunId))}
          >
            {task.dagName}
          </a>{" "}
          <span class="quiet">
            since <Age at={task.startedAt} />
          </span>
        </p>
      ))}
    </article>
  );
}
