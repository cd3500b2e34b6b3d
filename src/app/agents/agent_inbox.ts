/** What comes in over the input of an agent process: runs, and words about the run at hand. */
import type { LaunchRequest } from "../../ports/run_launcher.ts";
import type { ToAgent, ToRunning } from "../../services/agents/protocol.ts";

export class AgentInbox {
  /** Gets what is said about the run at hand. */
  onWord: (word: ToRunning) => void = () => {};
  readonly #requests: LaunchRequest[] = [];
  #ended = false;
  #wake: () => void = () => {};

  /** @param next the next line; null when there will be none */
  constructor(next: () => Promise<string | null>) {
    this.#read(next);
  }

  /** The next run; null when there will be none. */
  async next(): Promise<LaunchRequest | null> {
    while (this.#requests.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    return this.#requests.shift() ?? null;
  }

  async #read(next: () => Promise<string | null>): Promise<void> {
    try {
      for (let line = await next(); line !== null; line = await next()) this.#take(JSON.parse(line));
    } finally {
      this.#ended = true;
      this.#wake();
    }
  }

  #take(line: ToAgent): void {
    if (isWord(line)) return this.onWord(line);
    this.#requests.push(line);
    this.#wake();
  }
}

function isWord(line: ToAgent): line is ToRunning {
  return line.kind === "signal" || line.kind === "recorded" || line.kind === "renew";
}
