import { assert, assertEquals } from "../../tests/assert.ts";
import { Random } from "../../tests/fakes/random.ts";
import { byTurn, nextToStart, type Place, type QueueState, whyWaiting } from "./queue_order.ts";

function place(id: string, queuedAt: number, priority: Place["priority"] = "low"): Place {
  return { id, queuedAt, priority };
}

function state(waiting: readonly Place[], more: Partial<QueueState<Place>> = {}): QueueState<Place> {
  return {
    queue: "lane",
    waiting: [...waiting].sort(byTurn),
    running: 0,
    limit: 1,
    counts: () => false,
    held: () => "",
    ...more,
  };
}

const ids = (places: readonly Place[]) => places.map((one) => one.id);

Deno.test("queue order: high before low, then by time, then by id", () => {
  const places = [place("c", 2), place("b", 1), place("h", 9, "high"), place("a", 2), place("g", 8, "high")];
  assertEquals(ids(places.sort(byTurn)), ["g", "h", "b", "a", "c"]);
});

Deno.test("queue order: as many start as there is room for", () => {
  const three = [place("a", 1), place("b", 2), place("c", 3)];
  assertEquals(ids(nextToStart(state(three, { limit: 2 }))), ["a", "b"]);
  assertEquals(ids(nextToStart(state(three, { limit: 2, running: 1 }))), ["a"]);
  assertEquals(ids(nextToStart(state(three, { limit: 2, running: 5 }))), []);
  assertEquals(ids(nextToStart(state(three, { limit: -1 }))), ["a"]);
  assertEquals(ids(nextToStart(state([], { limit: 4 }))), []);
});

Deno.test("queue order: what is held lets others pass and keeps its place", () => {
  const held = (item: Place) => (item.id === "a" ? "it could not be started" : "");
  const three = state([place("a", 1), place("b", 2), place("c", 3)], { held });
  assertEquals(ids(nextToStart(three)), ["b"]);
  assertEquals(whyWaiting(three).get("a"), "it could not be started");
  assertEquals(ids(nextToStart({ ...three, held: () => "" })), ["a"]);
});

Deno.test("queue order: what counts already needs no room, and leaves none to others", () => {
  const three = [place("a", 1), place("b", 2), place("c", 3)];
  const counts = (item: Place) => item.id === "b";
  assertEquals(ids(nextToStart(state(three, { counts, running: 1 }))), ["b"]);
  assertEquals(ids(nextToStart(state(three, { counts, running: 1, limit: 2 }))), ["a", "b"]);
  assertEquals(ids(nextToStart(state(three, { counts, running: 1, held: () => "held" }))), []);
});

Deno.test("queue order: everyone who waits is told why", () => {
  const four = state([place("a", 1), place("b", 2), place("c", 3), place("d", 4)], { running: 1, limit: 2 });
  assertEquals(whyWaiting(four).get("a"), "");
  const room = '1 run is running in the queue "lane", which lets 2 run at the same time';
  assertEquals(whyWaiting(four).get("b"), `${room}; 1 run stands in line before it`);
  assertEquals(whyWaiting(four).get("d"), `${room}; 3 runs stand in line before it`);
  const full = { ...four, running: 3 };
  assertEquals(
    whyWaiting(full).get("a"),
    '3 runs are running in the queue "lane", which lets 2 run at the same time; it is the next one',
  );
  assertEquals([...whyWaiting(full).keys()], ["a", "b", "c", "d"]);
});

Deno.test("queue order: random queues keep the limit, the order, and no free place while somebody may run", () => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = new Random(seed);
    const limit = 1 + random.below(4);
    const lasts = new Map<string, number>();
    const heldUntil = new Map<string, number>();
    let waiting: Place[] = [];
    const begun: Place[] = [];
    const added: Place[] = [];
    const total = 1 + random.below(40);
    for (let now = 0; begun.length < total; now++) {
      assert(now < 5000, `seed ${seed}: somebody starves`);
      while (added.length < total && random.chance(0.4)) {
        const item = place(`i${added.length}`, now, random.chance(0.3) ? "high" : "low");
        if (random.chance(0.1)) heldUntil.set(item.id, now + random.below(30));
        added.push(item);
        waiting = [...waiting, item].sort(byTurn);
      }
      for (const [id, end] of lasts) if (end <= now) lasts.delete(id);
      const held = (item: Place) => ((heldUntil.get(item.id) ?? 0) > now ? "held" : "");
      const found = state(waiting, { limit, running: lasts.size, held });
      const start = nextToStart(found);
      const free = waiting.filter((item) => held(item) === "");
      assertEquals(start.length, Math.min(free.length, limit - lasts.size), `seed ${seed}`);
      assertEquals(ids(start), ids(free.slice(0, start.length)), `seed ${seed}`);
      const why = whyWaiting(found);
      for (const item of waiting) {
        assertEquals(why.get(item.id) === "", start.includes(item), `seed ${seed}: ${item.id}`);
      }
      for (const item of start) {
        lasts.set(item.id, now + 1 + random.below(5));
        begun.push(item);
      }
      waiting = waiting.filter((item) => !start.includes(item));
      assert(lasts.size <= limit, `seed ${seed}: over the limit`);
    }
    const unheld = begun.filter((item) => item.priority === "high" && !heldUntil.has(item.id));
    assertEquals(ids(unheld), ids([...unheld].sort(byTurn)), `seed ${seed}: order of high priority`);
  }
});
