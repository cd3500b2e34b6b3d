/** A secret that is shown this one time. */
import { copyText } from "../parts/copy.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Icon } from "../parts/icon.tsx";

export function ShownOnce(
  { what, secret, onClose }: { readonly what: string; readonly secret: string; readonly onClose: () => void },
) {
  return (
    <Dialog title={`${what} is made`} onClose={onClose}>
      <p>It is shown only now: put it where it is needed.</p>
      <pre class="secret">{secret}</pre>
      <footer class="dialog-foot">
        <button type="button" class="button button-main" autofocus onClick={() => copyText(secret, what)}>
          <Icon name="copy" />Copy
        </button>
      </footer>
    </Dialog>
  );
}
