import { Cron } from "croner";
import { parseCron } from "../../src/core/schedule/cron.ts";
import { nextFire } from "../../src/core/schedule/next_fire.ts";
import { timeZone } from "../../src/core/schedule/time_zone.ts";
import { assertEquals } from "../assert.ts";
import { Random } from "../fakes/random.ts";

const PATTERNS = 1500;
const FIRES = 4;
/** Clocks of these zones do not change in the months that are looked at. */
const ZONES = ["UTC", "Asia/Kolkata", "Asia/Tokyo", "America/Caracas"];

function randomField(random: Random, min: number, max: number): string {
  const value = () => min + random.below(max - min + 1);
  const part = () => {
    const [a, b] = [value(), value()].sort((x, y) => x - y);
    const step = 1 + random.below(max - min);
    return random.pick([`${a}`, `${a}`, `${a}-${b}`, `${a}-${b}/${step}`]);
  };
  if (random.chance(0.4)) return "*";
  return Array.from({ length: 1 + random.below(3) }, part).join(",");
}

function randomPattern(random: Random): string {
  const ranges: [number, number][] = [[0, 59], [0, 23], [1, 31], [1, 12], [0, 6]];
  if (random.chance(0.3)) ranges.unshift([0, 59]);
  return ranges.map(([min, max]) =>
    random.chance(0.1) ? `*/${2 + random.below(9)}` : randomField(random, min, max)
  )
    .join(" ");
}

Deno.test("cron: agrees with another implementation on random patterns, where clocks do not change", () => {
  const random = new Random(20261123);
  const start = Date.UTC(2026, 0, 1);
  for (let i = 0; i < PATTERNS; i++) {
    const pattern = randomPattern(random);
    // Whether a step makes a day field a restricted one is a matter on which programs differ.
    const fields = pattern.split(" ").slice(-5);
    if (/^\*\//.test(fields[2]) || /^\*\//.test(fields[4])) continue;
    const zone = random.pick(ZONES);
    const from = start + random.below(365 * 86_400) * 1000;
    const cron = parseCron(pattern).cron!;
    const other = new Cron(pattern, { timezone: zone });
    const ours: string[] = [];
    for (let at: number | null = from; ours.length < FIRES;) {
      at = nextFire(cron, at, timeZone(zone));
      if (at === null) break;
      ours.push(new Date(at).toISOString());
    }
    const theirs = other.nextRuns(FIRES, new Date(from)).map((date) => date.toISOString());
    assertEquals(ours, theirs, `${pattern} in ${zone} after ${new Date(from).toISOString()}`);
  }
});
