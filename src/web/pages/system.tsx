/** The server and its fellows, the machine, the settings. */
import type { ComponentChildren } from "preact";
import { liveState } from "../live.ts";
import { Loaded } from "../parts/blank.tsx";
import { copyText } from "../parts/copy.ts";
import { Icon } from "../parts/icon.tsx";
import { PageHead } from "../parts/page_head.tsx";
import { StateMark } from "../parts/state_mark.tsx";
import { Age } from "../parts/time.tsx";
import { useResource } from "../resource.ts";
import { isAdmin, session } from "../session.ts";
import { type Setting, Settings } from "../system/settings.tsx";
import { DiskPanel } from "../system/disk_panel.tsx";
import { Spark } from "../system/spark.tsx";
import { useHistory } from "../system/use_history.ts";
import { Workers, type WorkerState } from "../system/workers.tsx";
import { useTitle } from "../title.ts";

interface Instance {
  readonly instanceId: string;
  readonly host: string;
  readonly status: "active" | "inactive" | "unknown";
  readonly startedAt: string;
  readonly port?: number;
}

const EVERY_MS = 60_000;
const percent = (value: number) => `${Math.round(value)} %`;

export function Page() {
  useTitle("System");
  const again = { everyMs: EVERY_MS };
  const schedulers = useResource<{ schedulers: Instance[] }>("/services/scheduler", again);
  const coordinators = useResource<{ coordinators: Instance[] }>("/services/coordinator", again);
  const workers = useResource<{ workers: WorkerState[] }>("/workers", {
    ...again,
    on: ({ type }) => type === "worker",
  });
  const history = useHistory();
  const settings = useResource<{ settings: Setting[] }>(isAdmin() ? "/services/settings" : null);
  const { version, startedAt, zone } = session()!;
  const diagnosis = () => {
    const facts = {
      version,
      startedAt,
      zone,
      ...schedulers.data,
      ...coordinators.data,
      ...workers.data,
      ...settings.data,
    };
    void copyText(JSON.stringify(facts, null, 2), "The diagnosis");
  };
  return (
    <>
      <PageHead title="System">
        <button type="button" class="button" onClick={diagnosis}>
          <Icon name="copy" />Copy diagnosis
        </button>
      </PageHead>
      <div class="system">
        <div class="system-side">
          <section class="panel">
            <header class="panel-head">
              <h2>Services</h2>
            </header>
            <ul class="services">
              <Service name="Server" good={liveState.value !== "lost"} word="Up">
                version {version}, up for <Age at={startedAt} />, times in {zone}
              </Service>
              {schedulers.data?.schedulers.map((one) => (
                <Service
                  key={one.instanceId}
                  name="Scheduler"
                  good
                  word={one.status === "active" ? "Leads" : "Stands by"}
                >
                  on {one.host}, up for <Age at={one.startedAt} />
                </Service>
              ))}
              {schedulers.data?.schedulers.length === 0 && (
                <Service name="Scheduler" good={false} word="None">
                  nothing is started by schedule or from queues: run <code>dagu scheduler</code>
                </Service>
              )}
              {coordinators.data?.coordinators.map((one) => (
                <Service
                  key={one.instanceId}
                  name="Coordinator"
                  good
                  word={one.status === "active" ? "Leads" : "Stands by"}
                >
                  on {one.host}:{one.port}, up for <Age at={one.startedAt} />
                </Service>
              ))}
            </ul>
          </section>
          <Workers workers={workers.data?.workers ?? []} />
        </div>
        <div class="system-side">
          <section class="panel">
            <header class="panel-head">
              <h2>This machine</h2>
              <span class="quiet">last hour</span>
            </header>
            <Loaded of={history} lines={4}>
              {({ cpu, memory, disk, load }) => (
                <div class="sparks">
                  <Spark name="Processor" points={cpu} full={100} show={percent} />
                  <Spark name="Memory" points={memory} full={100} show={percent} />
                  <Spark name="Disk" points={disk} full={100} show={percent} />
                  <Spark name="Load" points={load} show={(value) => value.toFixed(1)} />
                </div>
              )}
            </Loaded>
          </section>
          <DiskPanel />
        </div>
        {settings.data && <Settings settings={settings.data.settings} />}
      </div>
    </>
  );
}

interface ServiceProps {
  readonly name: string;
  readonly good: boolean;
  readonly word: string;
  readonly children: ComponentChildren;
}

function Service({ name, good, word, children }: ServiceProps) {
  return (
    <li>
      <StateMark tone={good ? "ok" : "bad"} label={word} word />
      <b>{name}</b>
      <span class="quiet">{children}</span>
    </li>
  );
}
