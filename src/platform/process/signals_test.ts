import { assertEquals } from "../../../tests/assert.ts";

// The test runner itself answers to SIGINT, so the listener stands in a process of its own.
const PROGRAM = `
  import { onStopSignals } from ${JSON.stringify(new URL("./signals.ts", import.meta.url).href)};
  const alive = setInterval(() => {}, 1000);
  let left = 4;
  const stop = onStopSignals((signal) => {
    // Whoever hears the last word may send the next signal at once.
    if (--left === 0) stop();
    console.log(signal);
  });
  console.log("ready");`;

Deno.test("stop signals are told, also the second one, until the listener is taken away", async () => {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-check", PROGRAM],
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  let text = "";
  const hear = async (word: string) => {
    while (!text.endsWith(word + "\n")) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`The program ended after saying ${JSON.stringify(text)}`);
      text += new TextDecoder().decode(value);
    }
  };
  await hear("ready");
  for (const signal of ["SIGTERM", "SIGTERM", "SIGINT", "SIGHUP"] as const) {
    const before = text;
    text = "";
    child.kill(signal);
    await hear(signal);
    text = before + text;
  }
  assertEquals(text, "ready\nSIGTERM\nSIGTERM\nSIGINT\nSIGHUP\n");
  child.kill("SIGTERM");
  assertEquals((await child.status).signal, "SIGTERM");
  await reader.cancel();
});
