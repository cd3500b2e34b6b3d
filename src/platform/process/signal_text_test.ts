import { assertEquals } from "../../../tests/assert.ts";
import { signalText } from "./signal_text.ts";

Deno.test("signals as records word them", () => {
  assertEquals(signalText("SIGKILL"), "signal: killed");
  assertEquals(signalText("SIGWINCH"), "signal: SIGWINCH");
  assertEquals(signalText("34"), "signal: signal 34");
});
