/** Keys with which programs use the API. */
import { useRef, useState } from "preact/hooks";
import type { Role } from "../../core/access/role.ts";
import { post, send } from "../api/http.ts";
import type { ApiKey } from "../api/types.ts";
import { Empty } from "../parts/blank.tsx";
import { FormDialog } from "../parts/dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { Age, Moment } from "../parts/time.tsx";
import { useResource } from "../resource.ts";
import { RoleField } from "./users.tsx";
import { Records } from "./records.tsx";
import { ShownOnce } from "./shown_once.tsx";

export function Keys() {
  const keys = useResource<{ apiKeys: ApiKey[] }>("/api-keys");
  const [making, setMaking] = useState(false);
  const [removing, setRemoving] = useState<ApiKey | null>(null);
  const [made, setMade] = useState("");
  return (
    <Records
      title="Keys"
      make="New key"
      onMake={() => setMaking(true)}
      of={keys}
      columns={["Name", "Key", "Role", "Workflows", ">Used", "Ends"]}
      empty={
        <Empty title="There are no keys">
          <p>Programs use the API with a key that says what they may do.</p>
        </Empty>
      }
      rows={({ apiKeys }) =>
        apiKeys.map((key) => (
          <tr key={key.id} data-row>
            <td>
              <b>{key.name}</b> <span class="quiet">{key.description}</span>
            </td>
            <td class="mono">{key.keyPrefix}…</td>
            <td>{key.role}</td>
            <td>{key.dags ? key.dags.join(", ") : <span class="quiet">all</span>}</td>
            <td class="right">
              {key.lastUsedAt ? <Age at={key.lastUsedAt} ago /> : <span class="quiet">never</span>}
            </td>
            <td>
              {key.expiresAt ? <Moment at={key.expiresAt} /> : <span class="quiet">never</span>}
            </td>
            <td class="right">
              <button
                type="button"
                class="icon-button"
                aria-label={`Remove the key ${key.name}`}
                title="Remove"
                onClick={() => setRemoving(key)}
              >
                <Icon name="trash" />
              </button>
            </td>
          </tr>
        ))}
    >
      {making && (
        <NewKey
          onClose={() => setMaking(false)}
          onMade={(key) => keys.reload().then(() => setMade(key))}
        />
      )}
      {made !== "" && <ShownOnce what="The key" secret={made} onClose={() => setMade("")} />}
      {removing && (
        <FormDialog
          title={`Remove the key ${removing.name}`}
          action="Remove"
          danger
          onClose={() => setRemoving(null)}
          onSubmit={() => send("DELETE", `/api-keys/${removing.id}`).then(keys.reload)}
        >
          <p>Programs that use it are refused from now on.</p>
        </FormDialog>
      )}
    </Records>
  );
}

function NewKey(
  { onClose, onMade }: { readonly onClose: () => void; readonly onMade: (key: string) => void },
) {
  const name = useRef<HTMLInputElement>(null),
    dags = useRef<HTMLInputElement>(null),
    days = useRef<HTMLInputElement>(null);
  const [role, setRole] = useState<Role>("operator");
  const submit = async () => {
    const only = dags.current!.value.split(/[\s,]+/).filter((one) => one !== "");
    const lasts = Number(days.current!.value);
    const { key } = await post<{ key: string }>("/api-keys", {
      name: name.current!.value,
      role,
      ...(only.length > 0 ? { dags: only } : {}),
      ...(lasts > 0 ? { expiresAt: new Date(Date.now() + lasts * 86_400_000).toISOString() } : {}),
    });
    onMade(key);
  };
  return (
    <FormDialog title="New key" action="Make it" onClose={onClose} onSubmit={submit}>
      <label class="field">
        Name<input ref={name} required autofocus maxLength={100} placeholder="what uses it" />
      </label>
      <RoleField role={role} onChange={setRole} />
      <label class="field">
        Only these workflows
        <input ref={dags} placeholder="all" />
        <span class="field-help">Names of files without their ending, with commas</span>
      </label>
      <label class="field">
        Days until it ends<input ref={days} type="number" min={1} max={3650} placeholder="never" />
      </label>
    </FormDialog>
  );
}
