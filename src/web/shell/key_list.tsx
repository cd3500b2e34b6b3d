/** All keys that work now. */
import { keysOn, setKeysOn, shortcuts } from "../keys.ts";
import { Dialog } from "../parts/dialog.tsx";

export function KeyList({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl class="key-list">
        {shortcuts.value.map(({ key, does }) => (
          <div key={`${key} ${does}`}>
            <dt>{key.split(/[ +]/).map((one) => <kbd key={one}>{one}</kbd>)}</dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <label class="check">
        <input
          type="checkbox"
          checked={keysOn.value}
          onChange={(event) => setKeysOn(event.currentTarget.checked)}
        />
        Single keys do something
      </label>
    </Dialog>
  );
}
