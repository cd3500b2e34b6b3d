/**
 * The right of an agent to carry a run out for a coordinator, which it has while it hears from there. It gives up by
 * its own clocks before anybody else may take the run over: first it begins no step any more, then it ends.
 */
import { mayAct, mayGoOn, type Renewal } from "../core/lease_rule.ts";
import { UNHEALTHY_MS } from "../core/worker_health.ts";
import type { Clock } from "../ports/clock.ts";

const LOOK_MS = 200;

export class RunLease {
  readonly #clock: Clock;
  readonly #onLapse: () => void;
  readonly #over = new AbortController();
  #last: Renewal;
  #renewed = Promise.withResolvers<void>();

  /**
   * @param askedAt as for {@link renew}: this process may have been frozen since
   * @param onLapse called once, when everything is to end at once
   */
  constructor(clock: Clock, askedAt: number, onLapse: () => void) {
    this.#clock = clock;
    this.#onLapse = onLapse;
    this.#last = this.#aged(askedAt);
    this.#watch();
  }

  /**
   * @param askedAt when the question was asked that the coordinator answered, Unix milliseconds of this machine. A
   *     word that lay here while the process was frozen is as old as that.
   */
  renew(askedAt: number): void {
    this.#last = this.#aged(askedAt);
    this.#renewed.resolve();
    this.#renewed = Promise.withResolvers();
  }

  /** Resolves when something may begin: at once, or after the next renewal; never when none comes. */
  async granted(): Promise<void> {
    while (!mayAct(this.#last, this.#now(), UNHEALTHY_MS)) await this.#renewed.promise;
  }

  /** The run is over. */
  close(): void {
    this.#over.abort();
  }

  /** Looks often: a process that was frozen ends what runs as soon as it is let go on. */
  async #watch(): Promise<void> {
    const { signal } = this.#over;
    while (!signal.aborted) {
      if (!mayGoOn(this.#last, this.#now(), UNHEALTHY_MS)) return this.#onLapse();
      await this.#clock.sleep(LOOK_MS, signal);
    }
  }

  #aged(askedAt: number): Renewal {
    const { monotonic, wall } = this.#now();
    const age = Math.abs(wall - askedAt);
    return { monotonic: monotonic - age, wall: wall - age };
  }

  #now(): Renewal {
    return { monotonic: this.#clock.monotonic(), wall: this.#clock.now() };
  }
}
