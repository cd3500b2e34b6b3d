/** Runs `examples/demo.yaml` in a home folder of its own and removes it afterwards. */
import { ROOT } from "./deno_command.ts";

const home = await Deno.makeTempDir({ prefix: "dagu-demo-" });
try {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-all",
      "--no-check",
      `${ROOT}cli.ts`,
      "start",
      `${ROOT}examples/demo.yaml`,
      ...Deno.args,
    ],
    env: { DAGU_HOME: home, DAGU_SKIP_EXAMPLES: "true", DENO_NO_UPDATE_CHECK: "1" },
  }).spawn();
  Deno.exitCode = (await child.status).code;
} finally {
  await Deno.remove(home, { recursive: true });
}
