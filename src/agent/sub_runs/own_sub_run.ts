/** A sub-run that this process carries out. */
import { outputsOf } from "../../core/run.ts";
import type { SignalName } from "../../ports/executor.ts";
import type { SubRun, SubRunRequest, SubRunResult } from "../../ports/sub_runs.ts";
import type { Agent } from "../agent.ts";
import type { PlannedSubRun } from "./planned_sub_run.ts";
import type { SubRunNews } from "./sub_run_news.ts";

/** Opens the attempt of a sub-run. @throws DaguError when it cannot be recorded */
export type LaunchSubRun = (planned: PlannedSubRun) => Promise<Agent>;

export class OwnSubRun implements SubRun {
  readonly done: Promise<SubRunResult>;
  readonly #early: SignalName[] = [];
  #agent: Agent | null = null;

  constructor(launching: Promise<Agent>, request: SubRunRequest, news: SubRunNews) {
    this.done = this.#run(launching, request, news);
  }

  signal(name: SignalName): void {
    if (!this.#agent) this.#early.push(name);
    else if (name === "SIGKILL") this.#agent.kill();
    else this.#agent.stop(name);
  }

  async #run(launching: Promise<Agent>, request: SubRunRequest, news: SubRunNews): Promise<SubRunResult> {
    const agent = this.#agent = await launching;
    request.onLaunch();
    for (const name of this.#early) this.signal(name);
    const endNews = news.follow(agent.journal, agent.news);
    const status = await agent.run().finally(endNews);
    const { record } = agent.journal;
    return { ref: agent.ref, status, params: record.params, outputs: outputsOf(record), error: record.error };
  }
}
