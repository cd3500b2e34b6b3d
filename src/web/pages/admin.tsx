/** Administration: users, keys, webhooks, and who did what. */
import { AuditLog } from "../admin/audit_log.tsx";
import { Keys } from "../admin/keys.tsx";
import { Users } from "../admin/users.tsx";
import { Webhooks } from "../admin/webhooks.tsx";
import { to } from "../addresses.ts";
import { Empty } from "../parts/blank.tsx";
import { PageHead } from "../parts/page_head.tsx";
import { href } from "../router.ts";
import type { PageProps } from "../page_props.ts";
import { isAdmin, isManager, session } from "../session.ts";
import { useTitle } from "../title.ts";

const TABS = { users: "Users", keys: "Keys", webhooks: "Webhooks", audit: "Audit" } as const;
type Tab = keyof typeof TABS;

export function Page({ params }: PageProps) {
  useTitle("Administration");
  const tabs = tabsOf();
  const tab = tabs.find((one) => one === params.tab) ?? tabs[0];
  if (!tab) {
    return (
      <>
        <PageHead title="Administration" />
        <Empty title="Not for your role">
          <p>Administrators see users, keys, webhooks and what was done. You are {session()?.role}.</p>
        </Empty>
      </>
    );
  }
  return (
    <>
      <PageHead title="Administration" />
      <nav class="tabs tabs-apart" aria-label="Administration">
        {tabs.map((one) => (
          <a key={one} href={href(to.admin(one))} aria-current={one === tab ? "page" : undefined}>
            {TABS[one]}
          </a>
        ))}
      </nav>
      {tab === "audit" ? <AuditLog /> : session()!.accounts ? <Accounts tab={tab} /> : <NoAccounts />}
    </>
  );
}

function tabsOf(): readonly Tab[] {
  if (isAdmin()) return Object.keys(TABS) as Tab[];
  return isManager() ? ["webhooks"] : [];
}

function Accounts({ tab }: { readonly tab: Exclude<Tab, "audit"> }) {
  if (tab === "keys") return <Keys />;
  return tab === "webhooks" ? <Webhooks /> : <Users />;
}

function NoAccounts() {
  return (
    <div class="panel">
      <Empty title="There are no accounts">
        <p>
          This server knows no logins, so there are no users, keys and webhooks. Set{" "}
          <code>auth.mode: builtin</code> in <code>config.yaml</code> to have them.
        </p>
      </Empty>
    </div>
  );
}
