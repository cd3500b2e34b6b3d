/** A launcher that tells when a run's process has died, so that the run is ended at once. */
import type { RunRef } from "../../core/run.ts";
import type { LaunchedRun, LaunchRequest, LaunchWait, RunLauncher } from "../../ports/run_launcher.ts";

export class WatchedLauncher implements RunLauncher {
  readonly #launcher: RunLauncher;
  readonly #onDied: (run: RunRef) => void;

  constructor(launcher: RunLauncher, onDied: (run: RunRef) => void) {
    this.#launcher = launcher;
    this.#onDied = onDied;
  }

  async launch(request: LaunchRequest, wait?: LaunchWait): Promise<LaunchedRun> {
    const launched = await this.#launcher.launch(request, wait);
    launched.ended.then(({ status }) => {
      if (status === null) this.#onDied(launched.run);
    });
    return launched;
  }
}
