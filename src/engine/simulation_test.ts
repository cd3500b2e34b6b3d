import { simulate } from "../../tests/fakes/simulation.ts";

/** `deno test ... -- --seeds=FROM-TO` replays or widens the range. */
function seeds(): [number, number] {
  const given = Deno.args.find((a) => a.startsWith("--seeds="))?.slice("--seeds=".length).split("-").map(
    Number,
  );
  return given ? [given[0]!, given[1] ?? given[0]!] : [1, 3000];
}

Deno.test("thousands of random DAGs keep the rules of the contract", async () => {
  const [from, to] = seeds();
  for (let seed = from; seed <= to; seed++) {
    try {
      await simulate(seed);
    } catch (error) {
      throw new Error(`Seed ${seed} breaks a rule (replay it with -- --seeds=${seed})`, { cause: error });
    }
  }
});
