/** A button that opens a list of actions. */
import type { ComponentChildren } from "preact";
import { useId, useRef } from "preact/hooks";

export interface MenuItem {
  readonly text: string;
  readonly run: () => void;
  /** The key that does the same. */
  readonly key?: string;
  readonly danger?: boolean;
  /** Why it cannot be done now; it is shown all the same. */
  readonly disabled?: string;
}

export interface MenuProps {
  /** For those who do not see the button. */
  readonly label: string;
  readonly button: ComponentChildren;
  /** Members that are null are left out. */
  readonly items: readonly (MenuItem | null)[];
  readonly class?: string;
}

export function Menu({ label, button, items, class: look = "icon-button" }: MenuProps) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const move = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const all = [...list.current!.querySelectorAll("button")];
    const at = all.indexOf(document.activeElement as HTMLButtonElement);
    all[(at + step + all.length) % all.length]?.focus();
  };
  return (
    <>
      <button ref={opener} type="button" class={look} aria-label={label} title={label} popoverTarget={id}>
        {button}
      </button>
      <div
        ref={list}
        id={id}
        popover="auto"
        class="menu"
        role="menu"
        onKeyDown={move}
        onToggle={(event) => event.newState === "open" && place(list.current!, opener.current!)}
      >
        {items.map((item) =>
          item && (
            <button
              key={item.text}
              type="button"
              role="menuitem"
              class={item.danger ? "menu-item menu-danger" : "menu-item"}
              disabled={item.disabled !== undefined}
              title={item.disabled}
              onClick={() => {
                list.current!.hidePopover();
                item.run();
              }}
            >
              <span>{item.text}</span>
              {item.key && <kbd>{item.key}</kbd>}
            </button>
          )
        )}
      </div>
    </>
  );
}

/** Under the button, or above it where there is no room; inside of the window. */
function place(list: HTMLElement, opener: HTMLElement): void {
  const { left, right, top, bottom } = opener.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = list;
  const x = left + width > innerWidth - 8 ? right - width : left;
  const y = bottom + 4 + height > innerHeight - 8 ? top - height - 4 : bottom + 4;
  list.style.left = `${Math.max(8, x)}px`;
  list.style.top = `${Math.max(8, y)}px`;
  list.querySelector("button")?.focus();
}
