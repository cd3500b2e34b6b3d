/** Settings in effect: folders first, since they are looked for most. */
import { useState } from "preact/hooks";

export interface Setting {
  readonly key: string;
  readonly value: string;
  readonly about: string;
}

export function Settings({ settings }: { readonly settings: readonly Setting[] }) {
  const [filter, setFilter] = useState("");
  const words = filter.toLowerCase();
  const shown = settings.filter(({ key, value, about }) =>
    `${key} ${value} ${about}`.toLowerCase().includes(words)
  );
  const order = (key: string) => key.startsWith("paths.") ? 0 : 1;
  return (
    <section class="panel settings">
      <header class="panel-head">
        <h2>Settings in effect</h2>
        <input
          class="input"
          type="search"
          placeholder="Filter"
          aria-label="Filter settings"
          value={filter}
          onInput={(event) => setFilter(event.currentTarget.value)}
        />
      </header>
      <dl>
        {[...shown].sort((a, b) => order(a.key) - order(b.key)).map(({ key, value, about }) => (
          <div key={key} title={about}>
            <dt class="mono">{key}</dt>
            <dd class="mono">{value === "" ? <span class="quiet">–</span> : value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
