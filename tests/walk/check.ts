import type { Seeded } from "./seed.ts";
import type { Subject } from "./stage.ts";
import type { Visitor } from "./visitor.ts";

/** What a check looks at. */
export interface Scene {
  readonly visitor: Visitor;
  readonly subject: Subject;
  /** Runs that were made before, by DAG. */
  readonly ids: Seeded;
}

/** Something that the pages have to show or do; rejects with what they did not. */
export interface Check {
  readonly about: string;
  readonly run: (scene: Scene) => Promise<void>;
}
