/** What goes wrong in a simulated world. Each seed has kinds of trouble of its own: too much of all hides much. */
import type { Machine } from "./process.ts";
import type { World } from "./world.ts";

const HOUR_MS = 3_600_000;

type Fault = (world: World) => void;

/** Some living process, and what is done to it. */
function toProcess(work: (world: World, process: World["processes"][number]) => void): Fault {
  return (world) => {
    const { processes } = world;
    if (processes.length > 0) work(world, world.random.pick(processes));
  };
}

function crash(machine: Machine): void {
  machine.boot++;
  for (const process of [...machine.processes.values()]) process.end();
}

const FAULTS: Readonly<Record<string, Fault>> = {
  kill: toProcess((world, process) => {
    world.note(`${process.name} is killed`);
    process.end();
  }),
  killAtCall: toProcess((world, process) => process.killIn = 1 + world.random.below(25)),
  freeze: toProcess((world, process) => {
    const ms = world.random.below(world.random.chance(0.5) ? 3_000 : 25_000);
    world.note(`${process.name} is frozen for ${ms} ms`);
    process.freeze();
    world.timeline.after(ms, () => process.thaw());
  }),
  terminate: (world) => {
    const service = world.random.pick(world.services);
    if (!service.process) return;
    world.note(`${service.process.name} is asked to end`);
    service.process.deliver(() => service.ending.abort());
  },
  crashMachine: (world) => {
    const machine = world.random.pick(world.machines);
    world.note(`the machine ${machine.name} crashes`);
    crash(machine);
  },
  powerCut: (world) => {
    world.note("the power fails");
    for (const machine of world.machines) crash(machine);
    world.disk.powerCut(world.random);
    world.ledger.powerCut();
  },
  cutOff: (world) => {
    const machine = world.random.pick(world.machines);
    const ms = world.random.below(40_000);
    world.note(`the machine ${machine.name} is cut off for ${ms} ms`);
    world.network.cut.add(machine);
    world.timeline.after(ms, () => world.network.cut.delete(machine));
  },
  lose: (world) => {
    world.network.loss = world.random.next() * 0.3;
    world.note(`messages are lost: ${world.network.loss}`);
    world.timeline.after(world.random.below(20_000), () => world.network.loss = 0);
  },
  fill: (world) => {
    const ms = 500 + world.random.below(8_000);
    world.note(`the disk is full for ${ms} ms`);
    world.disk.room = world.random.below(6_000);
    world.disturbed();
    world.timeline.after(ms, () => {
      world.disk.room = Infinity;
      world.disturbed();
    });
  },
  setClock: (world) => {
    const machine = world.random.pick(world.machines);
    const by = world.random.pick([1_000, 30_000, 90_000, HOUR_MS]) * (world.random.chance(0.5) ? 1 : -1);
    world.note(`the clock of ${machine.name} is set by ${by} ms`);
    machine.clockOffset += by;
  },
};

/** The kinds of trouble of a seed. */
export function troubleOf({ random }: World): readonly Fault[] {
  const chance = random.pick([0.15, 0.3, 0.6]);
  return Object.values(FAULTS).filter(() => random.chance(chance));
}

/** Nothing more goes wrong; what is cut off, frozen or full is so for its time. */
export function calmDown(world: World): void {
  world.note("nothing more goes wrong");
  world.calm = true;
  for (const process of world.processes) process.killIn = Infinity;
}
