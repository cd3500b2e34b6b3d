/** What is done to a definition as a whole. */
import { useState } from "preact/hooks";
import { to } from "../addresses.ts";
import { post, send } from "../api/http.ts";
import { FormDialog } from "../parts/dialog.tsx";
import { toast } from "../parts/toast.tsx";
import { go } from "../router.ts";

interface OfFile {
  readonly file: string;
  readonly onClose: () => void;
}

const path = (file: string) => `/dags/${encodeURIComponent(file)}`;

export function RenameDialog({ file, onClose }: OfFile) {
  const [name, setName] = useState(file);
  return (
    <FormDialog
      title={`Rename ${file}`}
      action="Rename"
      onSubmit={async () => {
        await post(`${path(file)}/rename`, { newFileName: name });
        toast(`${file} is ${name} now`);
        go(to.workflow(name), { replace: true });
      }}
      onClose={onClose}
    >
      <label class="field">
        New name
        <input
          value={name}
          required
          maxLength={40}
          pattern="[A-Za-z0-9_.\-]+"
          autofocus
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <span class="field-help">
          Letters, digits, _, . and -, at most 40. Earlier runs stay where they are.
        </span>
      </label>
    </FormDialog>
  );
}

export function DeleteDialog({ file, onClose }: OfFile) {
  return (
    <FormDialog
      title={`Delete ${file}?`}
      action="Delete"
      danger
      onSubmit={async () => {
        await send("DELETE", path(file));
        toast(`${file} is deleted`);
        go(to.workflows(), { replace: true });
      }}
      onClose={onClose}
    >
      <p>The definition is removed and is not started any more. Its runs and their logs stay.</p>
    </FormDialog>
  );
}
