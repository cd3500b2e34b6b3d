import { assertEquals } from "../../../tests/assert.ts";
import { Turns } from "./turns.ts";

Deno.test("turns: few may ask at once, in a crowd who was served waits until nobody asks", async () => {
  let moment = Promise.withResolvers<void>();
  const pass = async () => {
    const { resolve } = moment;
    moment = Promise.withResolvers();
    resolve();
    for (let i = 0; i < 10; i++) await null;
  };
  let open = 99;
  const turns = new Turns(() => open, () => moment.promise);
  await turns.next();
  open = 100;
  const free: string[] = [];
  const served = (name: string) => void turns.next().then(() => free.push(name));
  served("a");
  for (const name of ["b", "c"]) {
    served(name);
    await pass();
    assertEquals(free, [], `${name} was served meanwhile`);
  }
  await pass();
  assertEquals(free, ["a", "b", "c"]);
  served("a");
  await pass();
  assertEquals(free, ["a", "b", "c", "a"], "it was alone");
});
