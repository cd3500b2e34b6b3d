/** What somebody has to look at: approvals first, then workflows that fail. */
import { useState } from "preact/hooks";
import { to } from "../addresses.ts";
import type { Approvals } from "../api/types.ts";
import { Empty, Skeleton } from "../parts/blank.tsx";
import { href } from "../router.ts";
import { ApprovalCard } from "./approval_card.tsx";
import { FailedCard } from "./failed_card.tsx";
import type { Failing } from "./failing.ts";
import { markSeen, seen } from "./seen.ts";

export interface NeedsYouProps {
  readonly loading: boolean;
  /** There are workflows. */
  readonly some: boolean;
  readonly approvals: Approvals["approvals"];
  readonly failing: readonly Failing[];
  readonly onDecided: () => void;
}

/** Cards that are shown at once: each reads the end of a log. */
const PART = 8;

export function NeedsYou({ loading, some, approvals, failing, onDecided }: NeedsYouProps) {
  const [withSeen, setWithSeen] = useState(false);
  const [room, setRoom] = useState(PART);
  const open = failing.filter(({ run }) => withSeen || !seen.value.has(run.dagRunId));
  const hidden = failing.length - open.length;
  const more = open.length - room;
  return (
    <section class="panel">
      <header class="panel-head">
        <h2>Needs you</h2>
        {open.length > 1 && !withSeen && (
          <button
            type="button"
            class="link"
            onClick={() => markSeen(open.map(({ run }) => run.dagRunId))}
          >
            All seen
          </button>
        )}
        {(hidden > 0 || withSeen) && (
          <button
            type="button"
            class="link"
            onClick={() => setWithSeen(!withSeen)}
          >
            {withSeen ? "Hide what was seen" : `${hidden} seen`}
          </button>
        )}
      </header>
      {loading
        ? (
          <div class="need">
            <Skeleton lines={5} />
          </div>
        )
        : (
          <>
            {approvals.map((one) => (
              <ApprovalCard
                key={one.run.dagRunId}
                approval={one}
                onDone={onDecided}
              />
            ))}
            {open.slice(0, room).map((one) => <FailedCard key={one.run.dagRunId} failing={one} />)}
            {more > 0 && (
              <p class="table-more">
                <button type="button" class="button" onClick={() => setRoom(room + PART)}>{more} more</button>
              </p>
            )}
            {open.length + approvals.length === 0 && <Nothing some={some} />}
          </>
        )}
    </section>
  );
}

function Nothing({ some }: { readonly some: boolean }) {
  if (some) {
    return (
      <Empty title="Nothing needs you">
        <p>No workflow fails and none waits for somebody.</p>
      </Empty>
    );
  }
  return (
    <Empty title="There is no workflow yet">
      <p>Make one here, or put a YAML file into the folder of definitions.</p>
      <a class="button button-main" href={href(to.workflows({ new: 1 }))}>New workflow</a>
    </Empty>
  );
}
