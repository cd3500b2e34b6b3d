import { assertEquals } from "../../../../tests/assert.ts";
import type { RunStore, StoredRun } from "../../../ports/run_store.ts";
import { HOME_LABEL, homeLabel, leftBehind, type Owner, ownerLabels } from "./leftovers.ts";

const DEAD = "no-such-boot 1 1";

function owner(token: string, liveness: "alive" | "dead" | "unknown", lease: string | null): Owner {
  const stored = { lease: lease === null ? null : { token: lease } } as StoredRun;
  const runs = {
    find: (_name: string, id: string) => Promise.resolve(id === "gone" ? null : stored),
    liveness: () => Promise.resolve(liveness),
  } as unknown as RunStore;
  return { runs, root: { name: "dag", id: "run" }, token, dataDir: "/data" };
}

async function left(one: Owner, labels: Record<string, string>): Promise<boolean> {
  return (await leftBehind([{ id: "c", labels }], one)).length === 1;
}

Deno.test("leftovers: what a living process made stays, whoever it is", async () => {
  const other = ownerLabels(owner("other", "dead", null));
  assertEquals(other[HOME_LABEL], homeLabel(owner("own", "dead", null)));
  assertEquals(await left(owner("own", "dead", "other"), other), false);
});

Deno.test("leftovers: what a dead one made goes, when the run's store agrees", async () => {
  const labels = { ...ownerLabels(owner("other", "dead", null)), "dagu.owner": DEAD };
  assertEquals(await left(owner("own", "dead", "other"), labels), true);
  assertEquals(await left(owner("own", "unknown", "other"), labels), false);
  assertEquals(await left(owner("own", "alive", "other"), labels), false);
  assertEquals(await left(owner("own", "alive", "newer attempt"), labels), true);
  assertEquals(await left(owner("own", "alive", "other"), { ...labels, "dagu.root.id": "gone" }), true);
  assertEquals(await left(owner("other", "dead", "other"), labels), false, "Its own");
  assertEquals(await left(owner("own", "dead", null), {}), false, "A stranger's");
});
