/** A panel with a table of what administrators keep, and the button that makes another one. */
import type { ComponentChildren } from "preact";
import { Loaded } from "../parts/blank.tsx";
import { Icon } from "../parts/icon.tsx";
import type { Resource } from "../resource.ts";

interface RecordsProps<T> {
  readonly title: string;
  /** Text of the button. */
  readonly make: string;
  readonly onMake: () => void;
  readonly of: Resource<T>;
  /** Headings; one that begins with `>` stands at the right. The last column holds actions and has none. */
  readonly columns: readonly string[];
  readonly rows: (data: T) => readonly ComponentChildren[];
  /** Shown instead of a table without rows. */
  readonly empty?: ComponentChildren;
  /** Dialogs. */
  readonly children?: ComponentChildren;
}

export function Records<T>({ title, make, onMake, of, columns, rows, empty, children }: RecordsProps<T>) {
  return (
    <section class="panel">
      <header class="panel-head">
        <h2>{title}</h2>
        <button type="button" class="button" onClick={onMake}>
          <Icon name="plus" />
          {make}
        </button>
      </header>
      <Loaded of={of}>
        {(data) => {
          const all = rows(data);
          return all.length === 0 && empty
            ? empty
            : (
              <div class="table-scroll" role="region" aria-label={title} tabIndex={0}>
                <table class="table">
                  <thead>
                    <tr>
                      {columns.map((column) => (
                        <th key={column} class={column.startsWith(">") ? "right" : ""}>
                          {column.replace(/^>/, "")}
                        </th>
                      ))}
                      <th>
                        <span class="unseen">Actions</span>
                      </th>
                    </tr>
                  </thead>
                  <tbody>{all}</tbody>
                </table>
              </div>
            );
        }}
      </Loaded>
      {children}
    </section>
  );
}
