/** Short messages at the edge of the window. */
import { type Signal, signal } from "@preact/signals";
import { sentence } from "../api/http.ts";
import { Icon } from "./icon.tsx";

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: "ok" | "bad";
  /** A place where more is to be seen. */
  readonly link: { readonly href: string; readonly text: string } | null;
}

const toasts: Signal<readonly Toast[]> = signal([]);
const SHOWN_MS = { ok: 4000, bad: 9000 } as const;
let last = 0;

export function toast(text: string, tone: Toast["tone"] = "ok", link: Toast["link"] = null): void {
  const id = ++last;
  toasts.value = [...toasts.value.slice(-3), { id, text, tone, link }];
  setTimeout(() => dismiss(id), SHOWN_MS[tone]);
}

/** Does something and says how it went. @returns whether it went well */
export async function attempt(done: string, work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    if (done !== "") toast(done);
    return true;
  } catch (error) {
    toast(sentence(error), "bad");
    return false;
  }
}

function dismiss(id: number): void {
  toasts.value = toasts.value.filter((one) => one.id !== id);
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ id, text, tone, link }) => (
        <div key={id} class={`toast toast-${tone}`}>
          <span>{text}</span>
          {link && <a href={link.href}>{link.text}</a>}
          <button type="button" class="icon-button" aria-label="Dismiss" onClick={() => dismiss(id)}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}
