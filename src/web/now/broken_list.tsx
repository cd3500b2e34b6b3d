/** Definitions that cannot be used, with the first thing that is wrong in each. */
import { to } from "../addresses.ts";
import type { DagFile } from "../api/types.ts";
import { Icon } from "../parts/icon.tsx";
import { href } from "../router.ts";

export function BrokenList({ dags }: { readonly dags: readonly DagFile[] }) {
  const broken = dags.filter(({ errors }) => errors.length > 0);
  if (broken.length === 0) return null;
  return (
    <section class="panel panel-bad">
      <header class="panel-head">
        <h2>{broken.length === 1 ? "A definition is broken" : `${broken.length} definitions are broken`}</h2>
      </header>
      <ul class="broken">
        {broken.map(({ fileName, problems = [], errors }) => (
          <li key={fileName}>
            <a href={href(to.workflow(fileName, "definition"))}>
              <Icon name="warn" /> <b>{fileName}</b>
              {problems[0]?.line !== undefined && <span class="quiet">line {problems[0].line}</span>}
            </a>
            <p>{problems[0]?.message ?? errors[0]}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
