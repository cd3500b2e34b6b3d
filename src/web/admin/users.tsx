/** Accounts of people. */
import { useRef, useState } from "preact/hooks";
import { type Role, ROLES } from "../../core/access/role.ts";
import { post, send } from "../api/http.ts";
import type { User } from "../api/types.ts";
import { FormDialog } from "../parts/dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { Menu } from "../parts/menu.tsx";
import { Age } from "../parts/time.tsx";
import { attempt, toast } from "../parts/toast.tsx";
import { useResource } from "../resource.ts";
import { session } from "../session.ts";
import { Records } from "./records.tsx";

const ROLE_WORDS: Readonly<Record<Role, string>> = {
  viewer: "sees everything, changes nothing",
  operator: "starts, stops, retries and approves",
  developer: "also changes definitions",
  manager: "also makes webhooks",
  admin: "also users, keys and settings",
};

type Doing = { readonly what: "" | "new" } | { readonly what: "password" | "remove"; readonly user: User };

export function Users() {
  const users = useResource<{ users: User[] }>("/users");
  const [doing, setDoing] = useState<Doing>({ what: "" });
  const close = () => setDoing({ what: "" });
  const changeRole = (user: User, role: string) =>
    attempt(`${user.username} is ${role} now`, () => send("PATCH", `/users/${user.id}`, { role })).then(
      users.reload,
    );
  return (
    <Records
      title="Users"
      make="New user"
      onMake={() => setDoing({ what: "new" })}
      of={users}
      columns={["Name", "Role", ">Made"]}
      rows={({ users }) =>
        users.map((user) => (
          <tr key={user.id} data-row>
            <td>
              <b>{user.username}</b> {user.username === session()?.name && <span class="chip">you</span>}
            </td>
            <td>
              <select
                class="input select"
                aria-label={`Role of ${user.username}`}
                title={ROLE_WORDS[user.role]}
                value={user.role}
                onChange={(event) => changeRole(user, event.currentTarget.value)}
              >
                {ROLES.map((role) => <option key={role}>{role}</option>)}
              </select>
            </td>
            <td class="right">
              <Age at={user.createdAt} ago />
            </td>
            <td class="right">
              <Menu
                label={`Actions for ${user.username}`}
                button={<Icon name="more" />}
                items={[
                  { text: "Set another password", run: () => setDoing({ what: "password", user }) },
                  {
                    text: "Remove",
                    danger: true,
                    run: () => setDoing({ what: "remove", user }),
                    ...(user.username === session()?.name ? { disabled: "Your own account stays" } : {}),
                  },
                ]}
              />
            </td>
          </tr>
        ))}
    >
      {doing.what === "new" && <NewUser onClose={close} onDone={users.reload} />}
      {doing.what === "password" && <OtherPassword user={doing.user} onClose={close} />}
      {doing.what === "remove" && (
        <FormDialog
          title={`Remove ${doing.user.username}`}
          action="Remove"
          danger
          onClose={close}
          onSubmit={() => send("DELETE", `/users/${doing.user.id}`).then(users.reload)}
        >
          <p>The account and all its logins end at once. What it did stays in the audit log.</p>
        </FormDialog>
      )}
    </Records>
  );
}

function NewUser(
  { onClose, onDone }: { readonly onClose: () => void; readonly onDone: () => Promise<void> },
) {
  const name = useRef<HTMLInputElement>(null), password = useRef<HTMLInputElement>(null);
  const [role, setRole] = useState<Role>("viewer");
  const submit = () =>
    post("/users", { username: name.current!.value, password: password.current!.value, role }).then(onDone);
  return (
    <FormDialog title="New user" action="Make it" onClose={onClose} onSubmit={submit}>
      <label class="field">
        Name<input ref={name} required autofocus maxLength={64} autocomplete="off" />
      </label>
      <label class="field">
        Password<input ref={password} type="password" required maxLength={1000} autocomplete="new-password" />
      </label>
      <RoleField role={role} onChange={setRole} />
    </FormDialog>
  );
}

export function RoleField(
  { role, onChange }: { readonly role: Role; readonly onChange: (role: Role) => void },
) {
  return (
    <label class="field">
      Role
      <select value={role} onChange={(event) => onChange(event.currentTarget.value as Role)}>
        {ROLES.map((one) => <option key={one}>{one}</option>)}
      </select>
      <span class="field-help">{ROLE_WORDS[role]}</span>
    </label>
  );
}

function OtherPassword({ user, onClose }: { readonly user: User; readonly onClose: () => void }) {
  const password = useRef<HTMLInputElement>(null);
  const submit = async () => {
    await post(`/users/${user.id}/reset-password`, { newPassword: password.current!.value });
    toast(`${user.username} has another password`);
  };
  return (
    <FormDialog
      title={`Another password for ${user.username}`}
      action="Set it"
      onClose={onClose}
      onSubmit={submit}
    >
      <p>All logins of {user.username} end.</p>
      <label class="field">
        Password<input
          ref={password}
          type="password"
          required
          autofocus
          maxLength={1000}
          autocomplete="new-password"
        />
      </label>
    </FormDialog>
  );
}
