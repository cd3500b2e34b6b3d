/** Dialogs: the browser's own, with its focus and its Escape. */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { sentence } from "../api/http.ts";
import { Icon } from "./icon.tsx";

export interface DialogProps {
  readonly title: string;
  /** Called when it was closed, however. */
  readonly onClose: () => void;
  readonly wide?: boolean;
  readonly children: ComponentChildren;
}

/** Is open while it is shown. */
export function Dialog({ title, onClose, wide = false, children }: DialogProps) {
  const box = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const { activeElement } = document;
    box.current?.showModal();
    return () => (activeElement as HTMLElement | null)?.focus?.();
  }, []);
  return (
    <dialog
      ref={box}
      class={wide ? "dialog dialog-wide" : "dialog"}
      aria-labelledby={heading}
      onClose={onClose}
      onClick={(event) => event.target === event.currentTarget && event.currentTarget.close()}
    >
      <div class="dialog-box">
        <header class="dialog-head">
          <h2 id={heading}>{title}</h2>
          <button type="button" class="icon-button" aria-label="Close" onClick={() => box.current?.close()}>
            <Icon name="close" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}

export interface FormDialogProps extends DialogProps {
  /** Word of the button that does it. */
  readonly action: string;
  readonly danger?: boolean;
  /** It cannot be done as things are. */
  readonly disabled?: boolean;
  /** Closes when this resolves; what it throws is shown. */
  readonly onSubmit: () => Promise<unknown>;
}

/** Asks for something, then does it. */
export function FormDialog(
  { action, danger = false, disabled = false, onSubmit, children, ...dialog }: FormDialogProps,
) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setProblem("");
    try {
      await onSubmit();
      dialog.onClose();
    } catch (error) {
      setProblem(sentence(error));
      setBusy(false);
    }
  };
  return (
    <Dialog {...dialog}>
      <form class="form" onSubmit={submit}>
        {children}
        {problem !== "" && <p class="problem" role="alert">{problem}</p>}
        <footer class="dialog-foot">
          <button type="button" class="button" onClick={dialog.onClose}>Cancel</button>
          <button
            type="submit"
            class={danger ? "button button-danger" : "button button-main"}
            disabled={busy || disabled}
          >
            {action}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
