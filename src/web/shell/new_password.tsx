/** Another password for the one who is logged in. */
import { post } from "../api/http.ts";
import { FormDialog } from "../parts/dialog.tsx";
import { toast } from "../parts/toast.tsx";
import { startSession } from "../start_session.ts";
import { useRef } from "preact/hooks";

interface NewPasswordProps {
  /** The password is good for one login: nothing else can be done before. */
  readonly first?: boolean;
  readonly onClose?: () => void;
}

export function NewPassword({ first = false, onClose = () => {} }: NewPasswordProps) {
  const old = useRef<HTMLInputElement>(null);
  const fresh = useRef<HTMLInputElement>(null);
  const submit = async () => {
    await post("/auth/change-password", {
      currentPassword: old.current!.value,
      newPassword: fresh.current!.value,
    });
    await startSession();
    toast("The password is changed");
  };
  return (
    <FormDialog
      title={first ? "Choose a password" : "Change password"}
      action="Change"
      onSubmit={submit}
      onClose={onClose}
    >
      {first && <p>The password that you used is good for one login.</p>}
      <label class="field">
        Current password
        <input
          autofocus
          ref={old}
          type="password"
          autocomplete="current-password"
          required
          maxLength={1000}
        />
      </label>
      <label class="field">
        New password
        <input ref={fresh} type="password" autocomplete="new-password" required maxLength={1000} />
      </label>
    </FormDialog>
  );
}
