/** Homes as earlier versions left them are read, and worked on, by this one. Recorded by `tools/record_release.ts`. */
import { assertEquals, assertMatch } from "../assert.ts";
import { testNeeding } from "../needs.ts";
import { Home } from "../support/home.ts";

const RELEASES = new URL("../data/releases/", import.meta.url);

for (const { name: version } of [...Deno.readDirSync(RELEASES)].sort((a, b) => a.name < b.name ? -1 : 1)) {
  testNeeding({
    name: `releases: the home of ${version} is read, retried and run on`,
    needs: ["tar"],
    fn: async () => {
      await using home = await Home.make();
      const archive = new URL(`${version}/home.tar.gz`, RELEASES).pathname;
      const { success } = await new Deno.Command("tar", { args: ["-xzf", archive, "-C", home.path] })
        .output();
      assertEquals(success, true);
      const said = async (...args: string[]) => {
        const { code, stdout, stderr } = await home.run(args);
        return { code, text: stdout + stderr };
      };

      const check = await said("upgrade", "--check");
      assertEquals(check.code, 0, check.text);
      assertMatch(check.text, /5 runs can be read/);
      assertMatch(check.text, /5 of 5 definitions can be read/);
      const doctor = JSON.parse((await home.run(["doctor", "--json"])).stdout);
      const data = doctor.findings.filter((one: { area: string }) =>
        one.area === "data" || one.area === "activity"
      );
      assertEquals(data.filter((one: { level: string }) => one.level === "error"), []);

      const history = JSON.parse((await home.run(["history", "--json"])).stdout);
      const runs = history.map((run: { name: string; status: string }) => [run.name, run.status]).sort();
      assertEquals(runs, [
        ["bad", "failed"],
        ["good", "succeeded"],
        ["later", "queued"],
        ["parent", "succeeded"],
        ["waits", "waiting"],
      ]);
      const good = JSON.parse((await home.run(["status", "--json", "--run-id=good-1", "good"])).stdout);
      assertEquals(good.params, ["DAY=friday"]);
      assertEquals(good.steps.map((step: { status: string }) => step.status), ["succeeded", "succeeded"]);

      assertMatch((await said("logs", "--run-id=good-1", "good")).text, /\[two\] got friday/);

      await Deno.writeTextFile(`${home.path}/mended`, "");
      const retried = await said("retry", "--run-id=bad-1", "bad");
      assertEquals(retried.code, 0, retried.text);
      const approved = await said("approve", "--run-id=waits-1", "--step=ask", "waits");
      assertEquals(approved.code, 0, approved.text);
      assertMatch((await said("status", "--run-id=waits-1", "waits")).text, /Succeeded/);
      const dequeued = await said("dequeue", "--dag-run=later:later-1", "later");
      assertEquals(dequeued.code, 0, dequeued.text);
    },
  });
}

Deno.test("releases: a format that is newer, or no format at all", async () => {
  await using home = await Home.make();
  const file = `${home.path}/data/format.json`;
  assertMatch((await home.run(["upgrade", "--check"])).stdout, /data: none\n[^]*To be done: write/);
  assertMatch((await home.run(["upgrade"])).stdout, /Done: write/);
  assertEquals(JSON.parse(await Deno.readTextFile(file)).format, 1);
  assertMatch((await home.run(["upgrade"])).stdout, /Nothing to be done/);
  await Deno.writeTextFile(file, "x");
  assertMatch((await home.run(["upgrade", "--check"])).stdout, /data: damaged\n/);
  await Deno.writeTextFile(file, '{"format":7,"program":"8.1.0"}');
  const { code, stderr } = await home.run(["upgrade"]);
  assertEquals(code, 1);
  assertMatch(stderr, /format 7, of version 8\.1\.0/);
});
