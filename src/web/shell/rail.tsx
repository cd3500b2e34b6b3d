/** The bar with the pages: at the top, on a phone at the bottom. */
import { to } from "../addresses.ts";
import { liveState } from "../live.ts";
import { BrandMark } from "../parts/brand_mark.tsx";
import { Icon, type IconName } from "../parts/icon.tsx";
import { Menu, type MenuItem } from "../parts/menu.tsx";
import { attempt } from "../parts/toast.tsx";
import { chooseRemoteNode, remoteNode } from "../remote_node.ts";
import { go, href, place } from "../router.ts";
import { isManager, session } from "../session.ts";
import { logOut } from "../start_session.ts";
import { toggleTheme } from "../theme.ts";
import { overlay } from "./overlay.ts";

interface Target {
  readonly text: string;
  readonly icon: IconName;
  readonly address: string;
  /** Beginnings of the paths at which it is the current one. */
  readonly paths: readonly string[];
}

const TARGETS: readonly Target[] = [
  { text: "Now", icon: "home", address: to.now(), paths: [] },
  { text: "Workflows", icon: "flow", address: to.workflows(), paths: ["/workflows", "/w/"] },
  { text: "Runs", icon: "list", address: to.runs(), paths: ["/runs", "/r/"] },
  { text: "Queues", icon: "queue", address: to.queues(), paths: ["/queues"] },
  { text: "System", icon: "pulse", address: to.system(), paths: ["/system"] },
];

export function Rail() {
  const mine = session()!;
  return (
    <header class="rail" style={mine.colour === "" ? undefined : { borderTop: `3px solid ${mine.colour}` }}>
      <a class="brand" href={href(to.now())} aria-label={`${mine.title}, first page`}>
        <BrandMark />
        <span class="brand-name">{mine.title}</span>
      </a>
      <nav class="rail-pages" aria-label="Pages">
        {TARGETS.map((target) => (
          <a
            key={target.text}
            href={href(target.address)}
            aria-current={isCurrent(target) ? "page" : undefined}
          >
            <Icon name={target.icon} />
            <span>{target.text}</span>
          </a>
        ))}
      </nav>
      {mine.remoteNodes.length > 0 && <Nodes names={mine.remoteNodes} />}
      <button
        type="button"
        class="rail-search"
        onClick={() =>
          overlay.value = "search"}
      >
        <Icon name="search" />
        <span>Search</span>
        <kbd aria-hidden="true">Ctrl K</kbd>
      </button>
      {liveState.value === "lost" && <span class="rail-lost" role="status">No connection</span>}
      <Menu label={`You: ${mine.name}`} button={<Icon name="user" />} items={ownItems()} />
    </header>
  );
}

/** Whose runs are shown. */
function Nodes({ names }: { readonly names: readonly string[] }) {
  const shown = remoteNode();
  return (
    <select
      class={shown === "" ? "input rail-node" : "input rail-node rail-away"}
      aria-label="Server"
      title="The server whose runs are shown"
      value={shown}
      onChange={(event) => chooseRemoteNode(event.currentTarget.value, href(to.now()))}
    >
      <option value="">This server</option>
      {names.map((name) => <option key={name} value={name}>{name}</option>)}
    </select>
  );
}

function isCurrent({ paths }: Target): boolean {
  const { path } = place.value;
  return paths.length === 0 ? path === "/" : paths.some((begin) => path.startsWith(begin));
}

function ownItems(): (MenuItem | null)[] {
  const mine = session()!;
  return [
    { text: "Light or dark", key: "d", run: toggleTheme },
    { text: "Keys", key: "?", run: () => overlay.value = "keys" },
    isManager() ? { text: "Administration", run: () => go(to.admin()) } : null,
    mine.person ? { text: "Change password", run: () => overlay.value = "password" } : null,
    mine.person ? { text: `Log out ${mine.name}`, run: () => void attempt("", logOut) } : null,
  ];
}
