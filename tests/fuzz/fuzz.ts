/** Tries inputs one after the other, each made from a seed of its own. */
import { Random } from "../fakes/random.ts";
import { judge } from "./judge.ts";
import type { Target } from "./target.ts";

export interface Flaw {
  readonly seed: number;
  readonly input: string;
  readonly what: string;
}

/** How many inputs of a kind take as long as so many texts. */
export function countOf({ cost = 1 }: Target, texts: number): number {
  return Math.ceil(texts / cost);
}

/** @param onSeed called before each input is tried */
export async function* fuzz(
  target: Target,
  seed: number,
  count: number,
  onSeed: (seed: number) => void = () => {},
): AsyncGenerator<Flaw> {
  try {
    for (let at = seed; at < seed + count; at++) {
      onSeed(at);
      const input = await target.make(new Random(at));
      const what = await judge(target, input);
      if (what !== "") yield { seed: at, input, what };
    }
  } finally {
    await target.dispose?.();
  }
}
