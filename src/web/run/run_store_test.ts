import { assertEquals } from "../../../tests/assert.ts";
import { RunStatus } from "../../core/status.ts";
import { RunStore } from "./run_store.ts";

/** Answers of the server, each given when the test says so. */
class Answers implements Disposable {
  readonly #asked: ((status: number) => void)[] = [];
  readonly #fetch = globalThis.fetch;

  constructor() {
    globalThis.fetch = () =>
      new Promise((resolve) =>
        this.#asked.push((status) =>
          resolve(Response.json({ dagRunDetails: { name: "a", dagRunId: "r", status, nodes: [] } }))
        )
      );
  }

  get count(): number {
    return this.#asked.length;
  }

  give(at: number, status: number): void {
    this.#asked[at](status);
  }

  [Symbol.dispose](): void {
    globalThis.fetch = this.#fetch;
  }
}

function tell(store: RunStore, status: number): void {
  store.hear({ id: "", type: "run", data: { run: { name: "a", dagRunId: "r", status } } });
}

Deno.test("run store: an answer that was on its way at a change is not the last word", async () => {
  using answers = new Answers();
  const store = new RunStore("a", "r");
  const first = store.read();
  answers.give(0, RunStatus.Waiting);
  await first;
  tell(store, RunStatus.Running);
  const read = store.read();
  tell(store, RunStatus.Succeeded);
  assertEquals(answers.count, 2);
  answers.give(1, RunStatus.Running);
  for (let i = 0; answers.count < 3 && i < 100; i++) await new Promise((resolve) => setTimeout(resolve));
  assertEquals(answers.count, 3, "It was not read once more");
  answers.give(2, RunStatus.Succeeded);
  await read;
  assertEquals(store.run.value?.status, RunStatus.Succeeded);
});
