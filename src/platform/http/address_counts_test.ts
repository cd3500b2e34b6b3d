import { assertEquals } from "../../../tests/assert.ts";
import { AddressCounts } from "./address_counts.ts";

Deno.test("connections of one address are bounded, those of this machine are not", () => {
  const counts = new AddressCounts(2);
  const enter = (address: string) => counts.enter(address);
  assertEquals([enter("10.0.0.1"), enter("10.0.0.1"), enter("10.0.0.1"), enter("10.0.0.2")], [
    true,
    true,
    false,
    true,
  ]);
  counts.leave("10.0.0.1");
  assertEquals([enter("10.0.0.1"), enter("10.0.0.1")], [true, false]);
  for (const own of ["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"]) {
    assertEquals([enter(own), enter(own), enter(own)], [true, true, true], own);
  }
});
