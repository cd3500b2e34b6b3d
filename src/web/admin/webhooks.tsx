/** Webhooks: addresses by which other programs put a run in line. */
import { useState } from "preact/hooks";
import { to } from "../addresses.ts";
import { apiAddress, post, send } from "../api/http.ts";
import type { DagList, Webhook } from "../api/types.ts";
import { Empty } from "../parts/blank.tsx";
import { FormDialog } from "../parts/dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { Menu } from "../parts/menu.tsx";
import { Age } from "../parts/time.tsx";
import { attempt } from "../parts/toast.tsx";
import { useResource } from "../resource.ts";
import { href } from "../router.ts";
import { dagPath } from "../workflow_actions.ts";
import { Records } from "./records.tsx";
import { ShownOnce } from "./shown_once.tsx";

export function Webhooks() {
  const hooks = useResource<{ webhooks: Webhook[] }>("/webhooks");
  const [making, setMaking] = useState(false);
  const [removing, setRemoving] = useState<Webhook | null>(null);
  const [token, setToken] = useState("");
  const renew = (name: string) =>
    attempt("", async () => {
      setToken((await post<{ token: string }>(`${dagPath(name)}/webhook/regenerate`)).token);
      await hooks.reload();
    });
  const toggle = ({ dagName, enabled }: Webhook) =>
    attempt(
      `The webhook of ${dagName} is ${enabled ? "off" : "on"}`,
      () => post(`${dagPath(dagName)}/webhook/toggle`, { enabled: !enabled }),
    ).then(hooks.reload);
  return (
    <Records
      title="Webhooks"
      make="New webhook"
      onMake={() => setMaking(true)}
      of={hooks}
      columns={["Workflow", "Address", "Token", "State", ">Used"]}
      empty={
        <Empty title="There are no webhooks">
          <p>With one, another program can start a workflow by one request.</p>
        </Empty>
      }
      rows={({ webhooks }) =>
        webhooks.map((hook) => (
          <tr key={hook.id} data-row>
            <td>
              <a href={href(to.workflow(hook.dagName))} data-open>
                <b>{hook.dagName}</b>
              </a>
            </td>
            <td class="mono">POST {apiAddress(`/webhooks/${hook.dagName}`)}</td>
            <td class="mono">{hook.tokenPrefix}…</td>
            <td>{hook.enabled ? "on" : <span class="quiet">off</span>}</td>
            <td class="right">
              {hook.lastUsedAt ? <Age at={hook.lastUsedAt} ago /> : <span class="quiet">never</span>}
            </td>
            <td class="right">
              <Menu
                label={`Actions for the webhook of ${hook.dagName}`}
                button={<Icon name="more" />}
                items={[
                  { text: hook.enabled ? "Turn off" : "Turn on", run: () => void toggle(hook) },
                  { text: "Make another token", run: () => void renew(hook.dagName) },
                  { text: "Remove", danger: true, run: () => setRemoving(hook) },
                ]}
              />
            </td>
          </tr>
        ))}
    >
      {making && (
        <NewWebhook
          taken={(hooks.data?.webhooks ?? []).map(({ dagName }) => dagName)}
          onClose={() => setMaking(false)}
          onMade={(token) => hooks.reload().then(() => setToken(token))}
        />
      )}
      {token !== "" && <ShownOnce what="The token" secret={token} onClose={() => setToken("")} />}
      {removing && (
        <FormDialog
          title={`Remove the webhook of ${removing.dagName}`}
          action="Remove"
          danger
          onClose={() => setRemoving(null)}
          onSubmit={() => send("DELETE", `${dagPath(removing.dagName)}/webhook`).then(hooks.reload)}
        >
          <p>Programs that use it are refused from now on.</p>
        </FormDialog>
      )}
    </Records>
  );
}

interface NewWebhookProps {
  readonly taken: readonly string[];
  readonly onClose: () => void;
  readonly onMade: (token: string) => void;
}

function NewWebhook({ taken, onClose, onMade }: NewWebhookProps) {
  const dags = useResource<DagList>("/dags?perPage=1000");
  const free = (dags.data?.dags ?? []).map(({ fileName }) => fileName).filter((name) =>
    !taken.includes(name)
  );
  const [name, setName] = useState("");
  const submit = async () =>
    onMade((await post<{ token: string }>(`${dagPath(name || free[0]!)}/webhook`)).token);
  return (
    <FormDialog title="New webhook" action="Make it" onClose={onClose} onSubmit={submit}>
      <label class="field">
        Workflow
        <select
          autofocus
          required
          value={name || free[0]}
          onChange={(event) => setName(event.currentTarget.value)}
        >
          {free.map((one) => <option key={one}>{one}</option>)}
        </select>
      </label>
    </FormDialog>
  );
}
