import { createTarPacker } from "modern-tar";
import { assert, assertEquals, assertMatch } from "../../../tests/assert.ts";
import { testNeeding } from "../../../tests/needs.ts";
import { inBench, type StepBench, type StepSetting } from "../../../tests/support/step_bench.ts";
import { ArchiveExecutor } from "./executor.ts";

const FORMATS = ["zip", "tar", "tar.gz", "tar.bz2", "tar.xz", "tar.zst"] as const;

function archive(
  bench: StepBench,
  command: string,
  config: Record<string, unknown>,
  setting: StepSetting,
) {
  const step = { executor: { type: "archive", config }, commands: [{ text: command, args: null }] };
  return bench.run(new ArchiveExecutor(bench.pool), step, setting);
}

/** A folder with what archives have to carry: nesting, links, bits, an empty file, one of some size. */
function makeSource(folder: string): void {
  Deno.mkdirSync(`${folder}/src/d/e`, { recursive: true });
  Deno.writeTextFileSync(`${folder}/src/a.txt`, "hello\n");
  Deno.writeTextFileSync(`${folder}/src/d/ü b.txt`, "deep");
  Deno.writeTextFileSync(`${folder}/src/empty`, "");
  Deno.writeFileSync(`${folder}/src/big`, new Uint8Array(2_500_000).map((_, i) => i * i >> 3));
  Deno.chmodSync(`${folder}/src/a.txt`, 0o750);
  Deno.symlinkSync("../a.txt", `${folder}/src/d/up`);
  Deno.utimeSync(`${folder}/src/a.txt`, 1_700_000_000, 1_700_000_000);
}

/** Every path below a folder with what it holds. */
function contents(folder: string, at = ""): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of Deno.readDirSync(`${folder}/${at}`)) {
    const path = at === "" ? entry.name : `${at}/${entry.name}`;
    if (entry.isSymlink) found[path] = `-> ${Deno.readLinkSync(`${folder}/${path}`)}`;
    else if (entry.isDirectory) Object.assign(found, { [path]: "/" }, contents(folder, path));
    else {
      const bytes = Deno.readFileSync(`${folder}/${path}`);
      found[path] = `${bytes.length} ${bytes.reduce((sum, byte) => (sum * 31 + byte) >>> 0, 7)}`;
    }
  }
  return found;
}

function run(program: string, args: string[], cwd: string): string {
  const { success, stdout, stderr } = new Deno.Command(program, { args, cwd }).outputSync();
  if (!success) throw new Error(`${program}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

for (const format of FORMATS) {
  testNeeding({
    name: `archive: ${format} there and back, and read by other programs`,
    needs: format === "zip" ? ["unzip"] : ["tar", "xz", "bzip2", "zstd"],
    fn: inBench(async (bench) => {
      const { folder } = bench;
      makeSource(folder);
      const setting = { workingDir: folder };
      const file = `made/o.${format}`;
      const made = await archive(
        bench,
        "create",
        { source: "src", destination: file, verifyIntegrity: true },
        setting,
      );
      assertEquals(made.error, "");
      assertEquals(JSON.parse(made.stdout).filesAdded, 8);
      const back = await archive(bench, "extract", { source: file, destination: "back/x" }, setting);
      assertEquals(back.error, "");
      assertEquals(contents(`${folder}/back/x/src`), contents(`${folder}/src`));
      const info = Deno.statSync(`${folder}/back/x/src/a.txt`);
      assertEquals([(info.mode ?? 0) & 0o777, info.mtime?.getTime()], [0o750, 1_700_000_000_000]);
      const other = `${folder}/other`;
      Deno.mkdirSync(other);
      if (format === "zip") run("unzip", ["-q", `${folder}/${file}`], other);
      else run("tar", ["-xf", `${folder}/${file}`], other);
      assertEquals(contents(`${other}/src`), contents(`${folder}/src`));
    }),
  });
}

testNeeding({
  name: "archive: what other programs made is read, long names and encrypted entries included",
  needs: ["tar", "zip"],
  fn: inBench(async (bench) => {
    const { folder } = bench;
    makeSource(folder);
    const long = `src/${"n".repeat(120)}/${"m".repeat(130)}`;
    Deno.mkdirSync(`${folder}/${long}`, { recursive: true });
    Deno.writeTextFileSync(`${folder}/${long}/f`, "x");
    Deno.linkSync(`${folder}/src/a.txt`, `${folder}/src/second`);
    for (const flavour of ["gnu", "posix"]) {
      run("tar", ["-czf", `${flavour}.tgz`, `--format=${flavour}`, "src"], folder);
      const config = { source: `${flavour}.tgz`, destination: flavour };
      assertEquals((await archive(bench, "extract", config, { workingDir: folder })).error, "");
      assertEquals(contents(`${folder}/${flavour}/src`), contents(`${folder}/src`));
    }
    run("zip", ["-qr", "-P", "sesame", "locked.zip", "src/a.txt"], folder);
    const config = { source: "locked.zip", destination: "unlocked" };
    const closed = await archive(bench, "extract", config, { workingDir: folder });
    assertEquals(closed.exitCode, 13);
    const wrong = await archive(bench, "extract", { ...config, password: "no" }, { workingDir: folder });
    assertEquals(wrong.exitCode, 13);
    const opened = await archive(bench, "extract", { ...config, password: "${PW}" }, {
      workingDir: folder,
      values: { PW: "sesame" },
    });
    assertEquals(opened.error, "");
    assertEquals(Deno.readTextFileSync(`${folder}/unlocked/src/a.txt`), "hello\n");
  }),
});

Deno.test(
  "archive: the list, and what include, exclude, stripping and a dry run do",
  inBench(async (bench) => {
    const { folder } = bench;
    makeSource(folder);
    const setting = { workingDir: folder };
    await archive(bench, "create", { source: "src", destination: "o.tgz", exclude: ["**/big"] }, setting);
    const list = JSON.parse(
      (await archive(bench, "list", { source: "o.tgz", include: "src/{a.txt,d}" }, setting)).stdout,
    );
    assertEquals(
      list.files,
      [
        { path: "src/a.txt", size: 6, mode: "-rwxr-x---", modTime: "2023-11-14T22:13:20Z", isDir: false },
        { path: "src/d", size: 0, mode: "drwxr-xr-x", modTime: list.files[1].modTime, isDir: true },
      ].map((file) => ({ ...file, mode: file.isDir ? list.files[1].mode : file.mode })),
    );
    assertEquals([list.totalFiles, list.totalSize], [2, 6]);
    const config = { source: "o.tgz", destination: "x", stripComponents: 1, include: ["**/*.txt"] };
    const dry = await archive(bench, "extract", { ...config, dryRun: true }, setting);
    assertEquals(JSON.parse(dry.stdout).filesExtracted, 2);
    assertEquals(dry.granted, { read: [`${folder}/o.tgz`] });
    assertEquals([...Deno.readDirSync(folder)].map((entry) => entry.name).sort(), ["o.tgz", "src"]);
    const real = await archive(bench, "extract", config, setting);
    assertEquals(JSON.parse(real.stdout).filesSkipped, 5);
    assertEquals(Object.keys(contents(`${folder}/x`)).sort(), ["a.txt", "d", "d/ü b.txt"]);
    const flat = { source: "o.tgz", destination: "flat", preservePaths: false, include: "**/*.txt" };
    assertEquals((await archive(bench, "extract", flat, setting)).error, "");
    assertEquals(Object.keys(contents(`${folder}/flat`)).sort(), ["a.txt", "ü b.txt"]);
  }),
);

Deno.test(
  "archive: what exists is replaced only when that is asked for",
  inBench(async (bench) => {
    const { folder } = bench;
    makeSource(folder);
    const setting = { workingDir: folder };
    await archive(bench, "create", { source: "src", destination: "o.zip" }, setting);
    Deno.mkdirSync(`${folder}/x/src`, { recursive: true });
    Deno.writeTextFileSync(`${folder}/x/src/a.txt`, "mine");
    const config = { source: "o.zip", destination: "x" };
    const refused = await archive(bench, "extract", config, setting);
    assertEquals(refused.exitCode, 4);
    assertMatch(refused.error, /overwrite/);
    assertEquals(Deno.readTextFileSync(`${folder}/x/src/a.txt`), "mine");
    const partly = await archive(
      bench,
      "extract",
      { ...config, continueOnError: true, exclude: ["**/d/**"] },
      setting,
    );
    assertEquals(JSON.parse(partly.stdout).errors.length, 1);
    const done = await archive(bench, "extract", { ...config, overwrite: true }, setting);
    assertEquals(done.error, "");
    assertEquals(Deno.readTextFileSync(`${folder}/x/src/a.txt`), "hello\n");
  }),
);

interface Evil {
  readonly name: string;
  readonly type?: "file" | "symlink" | "link" | "fifo";
  readonly linkname?: string;
}

async function makeTar(path: string, entries: readonly Evil[]): Promise<void> {
  const { readable, controller } = createTarPacker();
  const written = readable.pipeTo((await Deno.open(path, { write: true, create: true })).writable);
  for (const { name, type = "file", linkname } of entries) {
    const size = type === "file" ? 4 : 0;
    const body = controller.add({ name, type, size, ...(linkname ? { linkname } : {}) }).getWriter();
    if (size > 0) await body.write(new TextEncoder().encode("evil"));
    await body.close();
  }
  controller.finalize();
  await written;
}

Deno.test(
  "archive: no entry leaves the destination",
  inBench(async (bench) => {
    const { folder } = bench;
    const outside = `${folder}/outside`;
    const hostile: Evil[][] = [
      [{ name: "../outside/f" }],
      [{ name: `${outside}/f` }],
      [{ name: "a/../../outside/f" }],
      [{ name: "l", type: "symlink", linkname: outside }],
      [{ name: "l", type: "symlink", linkname: "../outside" }],
      [{ name: "d/l", type: "symlink", linkname: "../../outside" }],
      [{ name: "l", type: "symlink", linkname: "here" }, { name: "l/f" }],
      [{ name: "h", type: "link", linkname: "../outside/secret" }],
      [{ name: "h", type: "link", linkname: `${outside}/secret` }],
      [{ name: "old/f" }],
    ];
    for (const [index, entries] of hostile.entries()) {
      Deno.mkdirSync(outside);
      Deno.writeTextFileSync(`${outside}/secret`, "secret");
      Deno.mkdirSync(`${folder}/x`);
      // A link that the user made himself is no way out either.
      Deno.symlinkSync(outside, `${folder}/x/old`);
      await makeTar(`${folder}/evil.tar`, entries);
      const config = { source: "evil.tar", destination: "x", overwrite: true };
      const { exitCode, error } = await archive(bench, "extract", config, { workingDir: folder });
      assert(exitCode !== 0, `${index} is refused`);
      assertMatch(error, /leave|leads out|behind a link|Missing permission/, `${index}`);
      assertEquals(contents(outside), { secret: contents(outside).secret! }, `${index}: nothing new outside`);
      assertEquals(
        Object.values(contents(`${folder}/x`)).filter((what) => what !== "/"),
        [`-> ${outside}`],
        `${index}`,
      );
      for (const path of ["outside", "x", "evil.tar"]) {
        Deno.removeSync(`${folder}/${path}`, { recursive: true });
      }
    }
  }),
);

Deno.test(
  "archive: damaged bytes, missing sources and unknown settings are told apart",
  inBench(async (bench) => {
    const { folder } = bench;
    makeSource(folder);
    const setting = { workingDir: folder };
    const code = async (command: string, config: Record<string, unknown>) =>
      (await archive(bench, command, config, setting)).exitCode;
    await archive(bench, "create", { source: "src", destination: "o.tgz" }, setting);
    const bytes = Deno.readFileSync(`${folder}/o.tgz`);
    Deno.writeFileSync(`${folder}/cut.tgz`, bytes.subarray(0, bytes.length >> 1));
    Deno.writeFileSync(`${folder}/odd.tgz`, bytes.map((byte, i) => i > 2000 && i < 2050 ? 255 - byte : byte));
    assertEquals(await code("list", { source: "cut.tgz", verifyIntegrity: true }), 12);
    assertEquals(await code("extract", { source: "odd.tgz", destination: "x", verifyIntegrity: true }), 12);
    assertEquals(contents(folder).x, undefined, "nothing is written of a damaged archive");
    assertEquals(await code("list", { source: "none.zip" }), 3);
    assertEquals(await code("list", { source: "src/a.txt" }), 5);
    assertEquals(await code("list", { source: "o.tgz", format: "7z" }), 5);
    assertEquals(await code("smash", { source: "o.tgz" }), 2);
    assertEquals(await code("extract", { source: "o.tgz" }), 2);
    assertEquals(await code("create", { source: "src", destination: "p.zip", password: "x" }), 2);
  }),
);

Deno.test(
  "archive: an archive that cannot be finished leaves the old one as it was",
  inBench(async (bench) => {
    const { folder } = bench;
    makeSource(folder);
    Deno.symlinkSync("/etc/hostname", `${folder}/src/out`);
    Deno.writeTextFileSync(`${folder}/o.zip`, "old");
    const config = { source: "src", destination: "o.zip", followSymlinks: true };
    const refused = await archive(bench, "create", config, { workingDir: folder });
    assertEquals(refused.exitCode, 10);
    assertMatch(refused.error, /Missing permission read "\/etc\/hostname"/);
    assertEquals(Deno.readTextFileSync(`${folder}/o.zip`), "old");
    assertEquals([...Deno.readDirSync(folder)].map((entry) => entry.name).sort(), ["o.zip", "src"]);
    const granted = await archive(bench, "create", config, {
      workingDir: folder,
      permissions: { read: [folder, "/etc/hostname"], write: [folder] },
    });
    assertEquals(granted.error, "");
  }),
);

Deno.test(
  "archive: a permissions block narrows",
  inBench(async (bench) => {
    const { folder } = bench;
    makeSource(folder);
    const { error, granted } = await archive(bench, "create", { source: "src", destination: "o.tar" }, {
      workingDir: folder,
      permissions: { read: [`${folder}/src`], write: [`${folder}/elsewhere`] },
    });
    assertMatch(error, /Missing permission .*o\.tar/);
    assertEquals(granted, null);
  }),
);
