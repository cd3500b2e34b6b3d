/** The work of a kind of steps as another program would bring it along. */
import { serveExecutor } from "../../worker.ts";

serveExecutor(async ({ config }, io) => {
  const answer = await fetch(String(config.url), { signal: io.signal });
  if (!answer.ok) {
    await answer.body?.cancel();
    throw new Error(`The page has the status ${answer.status}`);
  }
  await io.write("stdout", await answer.text());
  return { exitCode: 0, error: "" };
});
