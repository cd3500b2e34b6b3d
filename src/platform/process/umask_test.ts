import { assertEquals } from "../../../tests/assert.ts";
import { startPiped, startToFiles } from "./processes.ts";
import { restrictUmask, umaskOfChildren } from "./umask.ts";

Deno.test("own files are private, those of started programs as the user has set it", async () => {
  const before = Deno.umask(0o027);
  const folder = Deno.makeTempDirSync();
  try {
    restrictUmask();
    restrictUmask();
    assertEquals(umaskOfChildren(), 0o027);
    Deno.writeTextFileSync(`${folder}/own`, "");
    const request = (text: string) => ({
      program: "sh",
      args: ["-c", text],
      env: { PATH: "/usr/bin:/bin" },
      cwd: folder,
    });
    await startToFiles(request("touch direct"), { stdout: "/dev/null", stderr: "/dev/null" }).ended;
    await startPiped(request("touch piped"), () => Promise.resolve()).ended;
    const modes = ["own", "direct", "piped"].map((name) => Deno.statSync(`${folder}/${name}`).mode! & 0o777);
    assertEquals(modes, [0o600, 0o640, 0o640]);
  } finally {
    Deno.umask(before);
    Deno.removeSync(folder, { recursive: true });
  }
});
