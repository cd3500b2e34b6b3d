/** What holds for a workflow, and where each value comes from. */
import { useState } from "preact/hooks";
import { to } from "../addresses.ts";
import { Loaded } from "../parts/blank.tsx";
import { useResource } from "../resource.ts";
import { href } from "../router.ts";

interface Setting {
  readonly name: string;
  readonly doc: string;
  readonly value: unknown;
  readonly from: "file" | "base" | "both" | "default";
  readonly line: number;
}

interface Settings {
  readonly settings: readonly Setting[];
  readonly file: string;
  readonly baseFile: string;
}

const ORIGINS: Readonly<Record<Setting["from"], string>> = {
  file: "This file",
  base: "Base",
  both: "Base and file",
  default: "Default",
};

export function SettingsTab({ file }: { readonly file: string }) {
  const settings = useResource<Settings>(`/dags/${encodeURIComponent(file)}/settings`, {
    on: ({ type }) => type === "dags",
  });
  const [defaults, setDefaults] = useState(true);
  return (
    <Loaded of={settings} lines={12}>
      {(data) => (
        <section class="panel flow-settings" aria-label="Settings">
          <header class="panel-head">
            <h2>What holds for its runs</h2>
            <label class="check">
              <input
                type="checkbox"
                checked={defaults}
                onChange={(event) => setDefaults(event.currentTarget.checked)}
              />
              Defaults too
            </label>
          </header>
          <table class="table settings">
            <thead>
              <tr>
                <th>Setting</th>
                <th>Value</th>
                <th>From</th>
                <th class="settings-doc">Meaning</th>
              </tr>
            </thead>
            <tbody>
              {data.settings.filter(({ from }) => defaults || from !== "default").map((setting) => (
                <tr key={setting.name} class={setting.from === "default" ? "settings-default" : ""}>
                  <td class="mono">{setting.name}</td>
                  <td class="settings-value">
                    <Value value={setting.value} />
                  </td>
                  <td>
                    <Origin setting={setting} file={file} paths={data} />
                  </td>
                  <td class="settings-doc quiet">{setting.doc}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </Loaded>
  );
}

interface OriginProps {
  readonly setting: Setting;
  readonly file: string;
  readonly paths: Settings;
}

function Origin({ setting: { from, line }, file, paths }: OriginProps) {
  if (from === "default") return <span class="quiet">{ORIGINS[from]}</span>;
  if (from === "base") return <span title={paths.baseFile}>{ORIGINS[from]}, line {line}</span>;
  return (
    <a class="link" title={paths.file} href={href(to.workflow(file, "definition", { line }))}>
      {ORIGINS[from]}, line {line}
    </a>
  );
}

function Value({ value }: { readonly value: unknown }) {
  if (typeof value !== "object" || value === null) return <code>{String(value)}</code>;
  const lines = Array.isArray(value)
    ? value.map((item) => typeof item === "object" ? JSON.stringify(item) : String(item))
    : Object.entries(value).map(([name, item]) =>
      `${name}: ${typeof item === "object" ? JSON.stringify(item) : String(item)}`
    );
  return <code>{lines.map((line, i) => <span key={i}>{line}</span>)}</code>;
}
