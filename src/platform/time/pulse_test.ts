import { assertEquals } from "../../../tests/assert.ts";
import { Pulse } from "./pulse.ts";

function beat(pulse: Pulse): Promise<void> {
  return new Promise((resolve) => {
    const rest = pulse.listen(() => {
      rest();
      resolve();
    });
  });
}

Deno.test("pulse: who listens hears each beat, who has ceased to hears none", async () => {
  const pulse = new Pulse(1);
  const heard: string[] = [];
  const listen = (name: string) => pulse.listen(() => heard.push(name));
  const [a, b] = [listen("a"), listen("b")];
  await beat(pulse);
  a();
  a();
  await beat(pulse);
  b();
  await beat(pulse);
  assertEquals(heard, ["a", "b", "b"]);
});

Deno.test("pulse: it begins again after nobody listened for a while", async () => {
  const pulse = new Pulse(1);
  pulse.listen(() => {})();
  await new Promise((resolve) => setTimeout(resolve, 5));
  await beat(pulse);
});

Deno.test("pulse: who listens twice hears twice", async () => {
  const pulse = new Pulse(1);
  let heard = 0;
  const count = () => heard++;
  const rests = [pulse.listen(count), pulse.listen(count)];
  await beat(pulse);
  assertEquals(heard, 2);
  for (const rest of rests) rest();
});
