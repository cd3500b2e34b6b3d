/** Several schedulers in one room, with a clock that tests move: they are paused, killed, stopped and started. */
import { assert, assertEquals } from "../../tests/assert.ts";
import { FakeClock, settle } from "../../tests/fakes/fake_clock.ts";
import { Random } from "../../tests/fakes/random.ts";
import type { Clock } from "../ports/clock.ts";
import { MemoryLeaseStore } from "../stores/memory/lease_store.ts";
import { Leadership } from "./leadership.ts";

/** What all of them share: the claims, and the book of what was done at each tick. */
class Room {
  readonly clock = new FakeClock();
  readonly members: Member[] = [];
  readonly leases = new MemoryLeaseStore((owner) =>
    this.members[owner.pid]!.host === "here" && this.members[owner.pid]!.dead
  );
  readonly random: Random;
  /** Ticks that somebody has taken, and how often each was carried out. */
  readonly taken = new Map<number, number>();
  readonly done = new Map<number, number>();
  firstTick = 0;

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  join(host: string): Member {
    const member = new Member(this, this.members.length, host);
    this.members.push(member);
    member.live();
    return member;
  }

  /** Lets time go by; at every instant at most one may act. */
  async pass(ms: number, each: () => void = () => {}): Promise<void> {
    const end = this.clock.now() + ms;
    const wake = this.clock.sleep(ms);
    let over = false;
    wake.then(() => over = true);
    while (!over) {
      await settle();
      if (over) break;
      assert(this.clock.step(), "Nothing is due");
      const holders = this.members.filter((member) =>
        !member.dead && !member.paused && member.leadership.holds()
      );
      assert(holders.length <= 1, `Two act at ${this.clock.now() - end + ms}`);
      each();
    }
  }

  leader(): Member | undefined {
    return this.members.find((member) => !member.dead && !member.paused && member.leadership.holds());
  }
}

/** One process. Its machine's clock goes on while it is paused. */
class Member {
  readonly leadership: Leadership;
  readonly stop = new AbortController();
  dead = false;
  paused = false;
  #resume: (() => void)[] = [];

  constructor(readonly room: Room, readonly number: number, readonly host: string) {
    const { clock } = room;
    const sleep: Clock["sleep"] = (ms, signal) => clock.sleep(ms, signal).then(() => this.#running());
    const own: Clock = {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      sleep,
      rest: sleep,
    };
    this.leadership = new Leadership({
      leases: room.leases,
      second: null,
      clock: own,
      owner: { host, bootId: "boot", pid: number, startTime: "1" },
      newToken: () => `${number}-${room.random.next()}`,
      staleMs: 10_000,
      lookMs: 500,
      onTrouble: () => {},
    });
    this.sleep = sleep;
  }

  readonly sleep: Clock["sleep"];

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    for (const go of this.#resume.splice(0)) go();
  }

  async live(): Promise<void> {
    const { leadership, stop } = this;
    while (await leadership.acquire(stop.signal)) {
      const lost = new AbortController();
      const kept = leadership.keep(stop.signal).finally(() => lost.abort());
      await this.#work(lost.signal);
      await kept;
    }
    await leadership.release();
  }

  /** Each second is a tick. What an earlier leader took and did not do is done again under the same name. */
  async #work(lost: AbortSignal): Promise<void> {
    const { room, leadership } = this;
    while (!lost.aborted && !this.stop.signal.aborted) {
      for (let tick = room.firstTick; tick <= room.clock.now(); tick += 1000) {
        if (room.done.has(tick)) continue;
        const { epoch } = leadership;
        if (!leadership.holds() || (room.taken.get(tick) ?? 0) >= epoch) break;
        room.taken.set(tick, epoch);
        await this.sleep(room.random.below(40));
        if (!leadership.holds()) break;
        room.done.set(tick, (room.done.get(tick) ?? 0) + 1);
      }
      await this.sleep(200);
    }
  }

  /** A dead process does nothing more; a paused one when it is resumed. */
  async #running(): Promise<void> {
    if (this.dead) return new Promise(() => {});
    if (this.paused) await new Promise<void>((resolve) => this.#resume.push(resolve));
  }
}

function assertEachOnce(room: Room, until: number): void {
  for (let tick = room.firstTick; tick <= until; tick += 1000) {
    assertEquals(room.done.get(tick), 1, `Tick ${(tick - room.firstTick) / 1000}`);
  }
}

/** Time until somebody else leads. */
async function takeOver(room: Room, from: Member): Promise<number> {
  const start = room.clock.now();
  while (!room.leader() || room.leader() === from) await room.pass(100);
  return room.clock.now() - start;
}

async function pair(
  hosts: readonly [string, string],
): Promise<{ room: Room; first: Member; second: Member }> {
  const room = new Room(1);
  room.firstTick = room.clock.now();
  const first = room.join(hosts[0]);
  await room.pass(3000);
  assertEquals(room.leader(), first);
  const second = room.join(hosts[1]);
  await room.pass(20_000);
  assertEquals(room.leader(), first);
  return { room, first, second };
}

Deno.test("leadership: a leader that is killed is followed at once on its own host, after 10 s elsewhere", async () => {
  for (const [hosts, limit] of [[["here", "here"], 1000], [["far", "here"], 13_000]] as const) {
    const { room, first } = await pair([...hosts]);
    first.dead = true;
    assert(await takeOver(room, first) <= limit);
    await room.pass(5000);
    assertEachOnce(room, room.clock.now() - 2000);
  }
});

Deno.test("leadership: a leader that gives up is followed within a second", async () => {
  const { room, first } = await pair(["far", "here"]);
  first.stop.abort();
  assert(await takeOver(room, first) <= 1000);
  await room.pass(5000);
  assertEachOnce(room, room.clock.now() - 2000);
});

Deno.test("leadership: a paused leader that wakes up does nothing with its old epoch, and stands by", async () => {
  const { room, first, second } = await pair(["here", "here"]);
  first.pause();
  assert(await takeOver(room, first) <= 13_000);
  const { epoch } = second.leadership;
  await room.pass(30_000);
  first.resume();
  assertEquals(first.leadership.holds(), false);
  await room.pass(30_000);
  assertEquals([room.leader(), second.leadership.epoch], [second, epoch]);
  assertEachOnce(room, room.clock.now() - 2000);
});

Deno.test("leadership: a short pause costs nothing", async () => {
  const { room, first } = await pair(["here", "here"]);
  const { epoch } = first.leadership;
  first.pause();
  await room.pass(6000);
  first.resume();
  await room.pass(10_000);
  assertEquals([room.leader(), first.leadership.epoch], [first, epoch]);
  assertEachOnce(room, room.clock.now() - 2000);
});

Deno.test("leadership: who cannot renew does not act, and leads again when it can", async () => {
  const { room, first, second } = await pair(["here", "here"]);
  second.stop.abort();
  await room.pass(1000);
  const renew = room.leases.renew;
  room.leases.renew = () => Promise.reject(new Error("No space left on device"));
  await room.pass(8000);
  assertEquals(room.leader(), undefined);
  room.leases.renew = renew;
  await room.pass(13_000);
  assertEquals(room.leader(), first);
  assertEachOnce(room, room.clock.now() - 2000);
});

/** Two or three schedulers, and a minute of faults. */
async function campaign(seed: number): Promise<void> {
  const room = new Room(seed);
  const { random } = room;
  room.firstTick = room.clock.now();
  const hosts = ["here", "far", "here"];
  for (let i = 0; i < 2 + random.below(2); i++) room.join(hosts[i]!);
  for (let fault = 0; fault < 6; fault++) {
    await room.pass(500 + random.below(14_000));
    const alive = room.members.filter((member) => !member.dead && !member.stop.signal.aborted);
    const victim = random.chance(0.7) ? room.leader() ?? random.pick(alive) : random.pick(alive);
    switch (random.below(4)) {
      case 0:
        victim.dead = true;
        room.join(random.pick(hosts));
        break;
      case 1:
        victim.resume();
        victim.stop.abort();
        room.join(random.pick(hosts));
        break;
      case 2:
        victim.pause();
        break;
      default:
        for (const member of room.members) member.resume();
    }
  }
  for (const member of room.members) member.resume();
  await room.pass(25_000);
  assertEachOnce(room, room.clock.now() - 3000);
}

Deno.test("leadership: whatever is killed, stopped or paused, each tick is dealt with once", async () => {
  for (let seed = 1; seed <= 150; seed++) {
    await campaign(seed).catch((error) => {
      throw new Error(`Seed ${seed}: ${error.message}`);
    });
  }
});
