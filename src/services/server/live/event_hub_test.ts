import { assertEquals } from "../../../../tests/assert.ts";
import { EventHub } from "./event_hub.ts";

Deno.test("event hub: what is done for those who listen begins with the first and ends with the last", () => {
  const hub = new EventHub("t");
  const seen: string[] = [];
  const begin = () => {
    seen.push("begin");
    return () => seen.push("end");
  };
  const stop = hub.whileHeard(begin);
  const leave = hub.listen(() => {});
  const leaveToo = hub.listen(() => {});
  assertEquals(seen.splice(0), ["begin"]);
  leave();
  leave();
  assertEquals(seen.splice(0), []);
  leaveToo();
  assertEquals(seen.splice(0), ["end"]);
  hub.listen(() => {});
  stop();
  assertEquals(seen.splice(0), ["begin", "end"]);
  hub.whileHeard(begin)();
  assertEquals(seen, ["begin", "end"]);
});
