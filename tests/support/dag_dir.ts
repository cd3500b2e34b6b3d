/** A folder of definitions for tests. */
import type { Dag } from "../../src/core/dag.ts";
import { loadDag } from "../../src/spec/load.ts";
import { dirname } from "../../src/platform/files/path.ts";

export class DagDir {
  readonly path: string;
  /** Definitions that were read, in order. */
  readonly loaded: string[] = [];

  constructor() {
    this.path = Deno.makeTempDirSync({ prefix: "dags-" });
  }

  /**
   * Writes a definition.
   * @param schedule YAML of its schedule; "" writes none
   * @param at when it says that it was written, Unix milliseconds
   */
  write(name: string, schedule: string, more = "", at?: number): void {
    this.put(name, `${schedule && `schedule: ${schedule}\n`}${more}steps:\n  - echo a\n`, at);
  }

  /** Writes any text. */
  put(name: string, text: string, at?: number): void {
    const path = `${this.path}/${name}`;
    Deno.mkdirSync(dirname(path), { recursive: true });
    if (at === undefined) return Deno.writeTextFileSync(path, text);
    const hidden = `${this.path}/.${name}`;
    Deno.writeTextFileSync(hidden, text);
    Deno.utimeSync(hidden, at / 1000, at / 1000);
    Deno.renameSync(hidden, path);
  }

  remove(name: string): void {
    Deno.removeSync(`${this.path}/${name}`, { recursive: true });
  }

  readonly load = (path: string): Promise<Dag> => {
    this.loaded.push(path.slice(this.path.length + 1));
    return Promise.resolve().then(() => loadDag({ text: Deno.readTextFileSync(path), file: path }));
  };
}
