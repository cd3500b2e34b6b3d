/**
 * What is due, and when something is due next.
 *
 * ```ts
 * const timetable = new Timetable({ ... });
 * await timetable.open(clock.now());           // as leader: reads what changed, begins where the last leader ended
 * for (;;) {
 *   for (const fire of await timetable.due(clock.now())) {
 *     if (!await fires.claim(fire, epoch)) continue;         // someone dealt with it
 *     const decision = decideFire(fire, runs of fire.dag);   // core/fire_decision.ts
 *     ... carry it out, note a FireRecord
 *   }
 *   await fires.settle(records);
 *   await fires.setSettledUntil(now);
 *   wait until timetable.nextAt() (at most 60 s), or until timetable.changed was called
 * }
 * await timetable.close();
 * ```
 * `fire_desk.ts` is this loop's body: with it a service needs no more than the actions.
 */
import type { Fire } from "../../core/schedule.ts";

export interface Timetable {
  /** Reads definitions, begins to watch them, and takes up where the fires are settled. */
  open(now: number): Promise<void>;
  /** Takes the fires that are due until `now`, oldest first; each is given once. */
  due(now: number): Promise<Fire[]>;
  /** When the next fire is due, Unix milliseconds; null when nothing ever is. */
  nextAt(): number | null;
  /** Called when {@link nextAt} may have changed. */
  changed: () => void;
  close(): Promise<void>;
}
