/** What the files take on the disk. */
import type { Disk } from "../api/types.ts";
import { Loaded } from "../parts/blank.tsx";
import { Age } from "../parts/time.tsx";
import { useResource } from "../resource.ts";
import { bytesText } from "../text/bytes.ts";

const NAMES: Readonly<Record<Disk["parts"][number]["name"], string>> = {
  runs: "Records of runs",
  logs: "Logs of steps",
  other: "Other data",
};

export function DiskPanel() {
  const disk = useResource<Disk>("/services/disk");
  return (
    <section class="panel" aria-label="Disk">
      <header class="panel-head">
        <h2>Disk</h2>
        {disk.data && (
          <span class="quiet">
            counted <Age at={disk.data.at} ago />
          </span>
        )}
      </header>
      <Loaded of={disk} lines={3}>
        {({ parts, free }) => {
          const most = Math.max(1, ...parts.map(({ bytes }) => bytes));
          return (
            <dl class="disk">
              {parts.map(({ name, bytes, files, whole }) => (
                <div key={name}>
                  <dt>{NAMES[name]}</dt>
                  <dd>
                    <i style={{ width: `${bytes / most * 100}%` }} />
                  </dd>
                  <dd class="number">{whole ? "" : "over "}{bytesText(bytes)}</dd>
                  <dd class="number quiet">{files.toLocaleString("en")} files</dd>
                </div>
              ))}
              {free !== undefined && (
                <div>
                  <dt>Free</dt>
                  <dd />
                  <dd class="number">{bytesText(free)}</dd>
                  <dd />
                </div>
              )}
            </dl>
          );
        }}
      </Loaded>
    </section>
  );
}
