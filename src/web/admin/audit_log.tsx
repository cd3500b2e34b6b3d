/** Who did what, newest first. */
import { useState } from "preact/hooks";
import { get, sentence } from "../api/http.ts";
import type { AuditEntry } from "../api/types.ts";
import { Empty, Loaded } from "../parts/blank.tsx";
import { StateMark } from "../parts/state_mark.tsx";
import { Moment } from "../parts/time.tsx";
import { toast } from "../parts/toast.tsx";
import type { Tone } from "../parts/tone.ts";
import { useResource } from "../resource.ts";

interface Page {
  readonly entries: readonly AuditEntry[];
  /** "" when there are no older ones. */
  readonly next: string;
}

const TONES: Readonly<Record<AuditEntry["outcome"], Tone>> = { done: "ok", refused: "wait", failed: "bad" };

export function AuditLog() {
  const [user, setUser] = useState("");
  const path = `/audit?limit=100${user === "" ? "" : `&user=${encodeURIComponent(user)}`}`;
  const log = useResource<Page>(path);
  const more = async (next: string) => {
    try {
      const page = await get<Page>(`${path}&before=${encodeURIComponent(next)}`);
      log.patch((old) => ({ entries: [...old.entries, ...page.entries], next: page.next }));
    } catch (error) {
      toast(sentence(error), "bad");
    }
  };
  return (
    <section class="panel">
      <header class="panel-head">
        <h2>Audit</h2>
        <input
          class="input select"
          type="search"
          placeholder="User"
          aria-label="Only what this user did"
          value={user}
          onChange={(event) => setUser(event.currentTarget.value.trim())}
        />
      </header>
      <Loaded of={log} lines={12}>
        {({ entries, next }) =>
          entries.length === 0
            ? <Empty title="Nothing was done yet" />
            : (
              <div class="table-scroll" role="region" aria-label="Audit" tabIndex={0}>
                <table class="table">
                  <thead>
                    <tr>
                      <th>When</th>
                      <th>Who</th>
                      <th>What</th>
                      <th>To what</th>
                      <th>Outcome</th>
                      <th>From</th>
                    </tr>
                  </thead>
                  <tbody>
                    {entries.map((entry) => (
                      <tr key={entry.id}>
                        <td>
                          <Moment at={entry.at} />
                        </td>
                        <td>
                          <b>{entry.user || "–"}</b>
                        </td>
                        <td>{entry.action}</td>
                        <td class="mono audit-target">{entry.target}</td>
                        <td>
                          <StateMark tone={TONES[entry.outcome]} label={entry.outcome} word />
                        </td>
                        <td class="mono quiet">{entry.client}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
                {next !== "" && (
                  <p class="table-more">
                    <button type="button" class="button" onClick={() => more(next)}>Older ones</button>
                  </p>
                )}
              </div>
            )}
      </Loaded>
    </section>
  );
}
